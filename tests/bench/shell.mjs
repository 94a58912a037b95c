// Builds the React shell and serves it as Padlock's pages are served: packed by brotli, kept for ever.

import { build } from "esbuild";
import fs from "node:fs";
import http from "node:http";
import { brotliCompressSync, constants } from "node:zlib";

const here = new URL("./shell/", import.meta.url);

/** Serves it on loopback, with what the API answers to its reads. */
export async function serveShell(answers) {
  const { outputFiles } = await build({
    entryPoints: [new URL("main.jsx", here).pathname],
    bundle: true,
    minify: true,
    format: "esm",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
    logLevel: "error",
  });
  const packed = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  const script = packed(outputFiles[0].contents);
  const page = packed(fs.readFileSync(new URL("index.html", here)));
  const server = http.createServer((request, response) => {
    const answer = answers[request.url];
    if (answer) {
      response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store" }).end(answer);
    } else if (request.url === "/assets/main.js") {
      const headers = { "Content-Type": "text/javascript", "Content-Encoding": "br" };
      response.writeHead(200, { ...headers, "Cache-Control": "public, max-age=31536000, immutable" }).end(script);
    } else {
      response.writeHead(200, { "Content-Type": "text/html", "Content-Encoding": "br" }).end(page);
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return { origin, bytes: script.length, close: () => server.close() };
}

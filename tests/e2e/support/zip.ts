// A small zip writer (APPNOTE 6.3.9: local headers, central directory, end
// record), so that tests make packages of their own without a dependency.

import { crc32, deflateRawSync } from "node:zlib";

const DEFLATE = 8;
const STORE = 0;
// 1 January 2020: a package is the same file whenever it is made.
const DATE = (2020 - 1980) << 9 | 1 << 5 | 1;

/** A zip file of these members, in their order. */
export function zip(members: Record<string, string | Buffer>): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(members)) {
    const name = Buffer.from(path);
    const bytes = Buffer.from(content);
    const deflated = deflateRawSync(bytes);
    const packed = deflated.length < bytes.length ? deflated : bytes;
    const method = packed === deflated ? DEFLATE : STORE;

    // What the local header and the directory have in common.
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(1 << 11, 2);
    facts.writeUInt16LE(method, 4);
    facts.writeUInt16LE(DATE, 8);
    facts.writeUInt32LE(crc32(bytes), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(bytes.length, 18);
    facts.writeUInt16LE(name.length, 22);

    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), facts, rest, name);
    files.push(Buffer.from("PK\x03\x04", "latin1"), facts, name, packed);
    offset += 4 + facts.length + name.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(Object.keys(members).length, 8);
  end.writeUInt16LE(Object.keys(members).length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, central, end]);
}

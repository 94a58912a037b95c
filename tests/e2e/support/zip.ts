// A small zip writer (APPNOTE 6.3.9: local file headers, central directory, end
// of central directory record), so that the tests need no zip library.

import { crc32, deflateRawSync } from "node:zlib";

const DEFLATE = 8;
const STORE = 0;
// 1 January 2020. A fixed date, so that the same entries always give the same file.
const DATE = (2020 - 1980) << 9 | 1 << 5 | 1;

/** Returns a zip file with these entries, in this order. */
export function zip(entries: Record<string, string | Buffer>): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(entries)) {
    const name = Buffer.from(path);
    const bytes = Buffer.from(content);
    const deflated = deflateRawSync(bytes);
    const data = deflated.length < bytes.length ? deflated : bytes;
    const method = data === deflated ? DEFLATE : STORE;

    // The local file header and the central directory have these fields in common.
    const commonFields = Buffer.alloc(26);
    commonFields.writeUInt16LE(20, 0);
    commonFields.writeUInt16LE(1 << 11, 2);
    commonFields.writeUInt16LE(method, 4);
    commonFields.writeUInt16LE(DATE, 8);
    commonFields.writeUInt32LE(crc32(bytes), 10);
    commonFields.writeUInt32LE(data.length, 14);
    commonFields.writeUInt32LE(bytes.length, 18);
    commonFields.writeUInt16LE(name.length, 22);

    const directoryFields = Buffer.alloc(14);
    directoryFields.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), commonFields, directoryFields, name);
    files.push(Buffer.from("PK\x03\x04", "latin1"), commonFields, name, data);
    offset += 4 + commonFields.length + name.length + data.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(Object.keys(entries).length, 8);
  end.writeUInt16LE(Object.keys(entries).length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, central, end]);
}

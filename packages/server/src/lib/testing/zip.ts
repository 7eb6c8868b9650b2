/** Creates small zip files, valid and broken ones. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipContent {
  name: string;
  content: Buffer;
  stored?: boolean;
}

export function makeZip(contents: readonly ZipContent[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, stored } of contents) {
    const packed = stored === true ? content : deflateRawSync(content);
    // Version, flags, method, time, date, checksum and sizes: the same 22 bytes in both headers.
    const facts = Buffer.alloc(22);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(stored === true ? 0 : 8, 4);
    facts.writeUInt32LE(crc32(content), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(content.length, 18);
    const local = Buffer.concat([signature(0x04034b50), facts, lengths(name, 4), Buffer.from(name), packed]);
    const tail = Buffer.alloc(16);
    tail.writeUInt32LE(offset, 12);
    directory.push(signature(0x02014b50), Buffer.from([20, 0]), facts, lengths(name, 2), tail, Buffer.from(name));
    files.push(local);
    offset += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(contents.length, 4);
  end.writeUInt16LE(contents.length, 6);
  end.writeUInt32LE(listing.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, listing, signature(0x06054b50), end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Name length, then zeros up to `size` bytes. */
function lengths(name: string, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt16LE(Buffer.byteLength(name), 0);
  return bytes;
}

import { writeFile } from 'node:fs/promises';
import { crc32, gzipSync } from 'node:zlib';

/** An entry of an archive made for a test, hostile ones included. */
export interface ArchiveEntry {
  readonly name: string;
  readonly bytes?: Uint8Array;
  /** Makes it a symbolic link to there. */
  readonly linkTo?: string;
}

/** Writes a `.tgz` (ustar) byte by byte, so that nothing keeps a test from naming an entry `../../evil`. */
export async function writeTgz(path: string, entries: readonly ArchiveEntry[]): Promise<void> {
  const blocks = entries.flatMap(({ name, bytes = new Uint8Array(), linkTo }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write(linkTo === undefined ? '0' : '2', 156);
    header.write(linkTo ?? '', 157);
    header.write('ustar\0' + '00', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  await writeFile(path, gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])));
}

/** Writes a zip (a wheel), entries stored. */
export async function writeZip(path: string, entries: readonly ArchiveEntry[]): Promise<void> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes, linkTo } of entries) {
    const content = linkTo === undefined ? (bytes ?? new Uint8Array()) : Buffer.from(linkTo);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt32LE(crc32(content), 14);
    local.writeUInt32LE(content.length, 18);
    local.writeUInt32LE(content.length, 22);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(0x0314, 4); // Made on Unix: file modes count.
    local.copy(central, 6, 4, 30);
    central.writeUInt32LE(((linkTo === undefined ? 0o100644 : 0o120777) << 16) >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    parts.push(local, Buffer.from(name), content);
    directory.push(central, Buffer.from(name));
    offset += local.length + name.length + content.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(
    directory.reduce((sum, { length }) => sum + length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  await writeFile(path, Buffer.concat([...parts, ...directory, end]));
}

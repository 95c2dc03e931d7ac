import { createHash, type Hash } from 'node:crypto';
import { Zip, ZipDeflate } from 'fflate';
import { sha256 } from './digest.ts';

/** A file of an archive, as its manifest names it. */
export interface ArchivedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Zip keeps local time, to two seconds; one that is the same everywhere makes equal content equal bytes. */
const NO_TIME = new Date(1980, 0, 1);

/**
 * A zip that is written file after file, piece by piece: what was compressed is all that is kept of it. Every file is
 * hashed on the way.
 */
export function createArchive() {
  const pieces: Uint8Array[] = [];
  const files: ArchivedFile[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    pieces.push(piece);
  });
  let open: { name: string; hash: Hash; bytes: number; entry: ZipDeflate } | undefined;

  function close(): void {
    if (open === undefined) return;
    open.entry.push(new Uint8Array(0), true);
    files.push({ name: open.name, bytes: open.bytes, sha256: open.hash.digest('hex') });
    open = undefined;
  }

  return {
    /** Names of files with their hashes, as far as they are closed. */
    files,

    /** Begins the next file; what follows goes into it. */
    begin(name: string): void {
      close();
      const entry = new ZipDeflate(name, { level: 6 });
      entry.mtime = NO_TIME;
      zip.add(entry);
      open = { name, hash: createHash('sha256'), bytes: 0, entry };
    },

    write(text: string): void {
      if (open === undefined) throw new Error('no file is open');
      const piece = Buffer.from(text);
      if (piece.length === 0) return;
      open.hash.update(piece);
      open.bytes += piece.length;
      open.entry.push(piece);
    },

    close,

    /** The whole archive; its list of hashes is the last file. */
    end(): Uint8Array {
      close();
      const sums = files.map((file) => `${file.sha256}  ${file.name}\n`).join('');
      this.begin(SUMS);
      this.write(sums);
      close();
      zip.end();
      return Buffer.concat(pieces);
    },
  };
}

/** As `sha256sum -c` reads it. */
export const SUMS = 'SHA256SUMS';

/** RFC 9530, section 2. */
export function contentDigest(bytes: Uint8Array): string {
  return `sha-256=:${Buffer.from(sha256(bytes), 'hex').toString('base64')}:`;
}

import { createWriteStream } from 'node:fs';
import type { Exchange } from './wire.ts';

/** Writes exchanges as JSON lines; `close` resolves when the file is complete. For `createEstate({ onExchange })`. */
export function createTrafficWriter(file: string): {
  write: (exchange: Exchange) => void;
  close: () => Promise<void>;
} {
  const stream = createWriteStream(file);
  return {
    write: (exchange) => {
      stream.write(`${JSON.stringify(exchange)}\n`);
    },
    close: () =>
      new Promise((resolve, reject) => {
        stream.on('error', reject);
        stream.end(() => resolve());
      }),
  };
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DriveResult } from '../../rehearsal/drive/drive.ts';
import type { Session } from '../../rehearsal/session.ts';
import { BadInput } from '../cli.ts';

/** Writes what the app itself reports of a run, as it would in Azure, into a folder. */
export async function writeReports(
  folder: string,
  host: Session['host'],
  { plan, waves }: DriveResult,
): Promise<string[]> {
  const ids = [`plans/${plan.id}`, ...waves.map(({ id }) => `waves/${id}`)];
  const files: string[] = [];
  try {
    mkdirSync(folder, { recursive: true });
    for (const id of ids) {
      for (const format of ['html', 'csv', 'json']) {
        const request = new Request(`http://127.0.0.1/api/${id}/report?format=${format}`, {
          headers: { 'x-functions-key': host.key },
        });
        const response = await host.fetch(request);
        if (!response.ok) throw new Error(`no report of ${id}: ${await response.text()}`);
        const file = join(folder, `${id.split('/')[1]}.${format}`);
        writeFileSync(file, new Uint8Array(await response.arrayBuffer()));
        files.push(file);
      }
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new BadInput(`--report: ${folder} cannot be written: ${message}`);
  }
  return files;
}

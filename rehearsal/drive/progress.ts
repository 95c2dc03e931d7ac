import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import { stageBars, stageLine } from '../../shared/reports/stage-bars.ts';
import { duration } from '../../shared/reports/words.ts';
import type { WaveView } from './api.ts';
import type { DriveEvent } from './drive.ts';

/** Shows events as they come; `finish` leaves the last state on the screen. */
export interface Progress {
  show(event: DriveEvent, now: number): void;
  finish(): void;
}

const TONES = { good: 'green', bad: 'red', rest: 'dim' } as const;
const paint = (tone: keyof typeof TONES, text: string) => styleText(TONES[tone], text);

/** Bars on a terminal, plain lines elsewhere. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? liveProgress(stream) : plainProgress(stream);
}

function liveProgress(stream: NodeJS.WriteStream): Progress {
  const update = createLogUpdate(stream);
  let started: number | undefined;
  let current: number | undefined;
  return {
    show(event, now) {
      started ??= now;
      if (event.kind !== 'wave') {
        update.clear();
        for (const line of eventLines(event)) stream.write(`${line}\n`);
        return;
      }
      if (current !== undefined && current !== event.wave.index) update.done();
      current = event.wave.index;
      update(
        [
          title(event.wave, event.of, now - started),
          ...stageBars(event.wave.counts, event.wave.machineCount, paint),
        ].join('\n'),
      );
    },
    finish: () => update.done(),
  };
}

function plainProgress(stream: NodeJS.WriteStream): Progress {
  let started: number | undefined;
  let last = '';
  return {
    show(event, now) {
      started ??= now;
      if (event.kind !== 'wave') {
        for (const line of eventLines(event)) stream.write(`${line}\n`);
        return;
      }
      const line = plainLine(event.wave);
      if (line === last) return;
      last = line;
      stream.write(`[${clock(now - started)}] ${line}\n`);
    },
    finish: () => undefined,
  };
}

function eventLines(event: Exclude<DriveEvent, { kind: 'wave' }>): string[] {
  switch (event.kind) {
    case 'inventory': {
      const s = event.inventory.summary;
      if (s === null) return [`Inventory ${event.inventory.status}.`];
      return [
        `Inventory: ${s.machines} machines (${s.azureVms} Azure VMs, ${s.arcServers} Arc servers; ${s.windows} Windows, ${s.linux} Linux).`,
        `           ${s.legacyOnly} with the legacy agent only, ${s.bothAgents} with both, ${s.amaOnly} with Azure Monitor Agent only, ${s.neither} with none.`,
      ];
    }
    case 'plan': {
      const { counts, waves } = event.plan;
      const sizes = waves.map(({ machineCount }) => machineCount).join(', ');
      return [
        `Plan ${event.plan.id}: ${counts.planned} machines in ${waves.length} waves (${sizes}), ${counts.blocked} blocked.`,
      ];
    }
    case 'approved':
      return [
        `${nameOf(event.wave.index)}: ${event.by} approves the ${event.wave.step === 'gate' ? 'removal' : 'start'} gate.`,
      ];
  }
}

function title(wave: WaveView, of: number, elapsedMs: number): string {
  return `${styleText('bold', `${nameOf(wave.index)} (${wave.index + 1} of ${of})`)}  ${wave.machineCount} machines  +${duration(elapsedMs / 1000)}  ${wave.phase}: ${wave.message}`;
}

function nameOf(index: number): string {
  return index === 0 ? 'Pilot' : `Wave ${index}`;
}

function plainLine(wave: WaveView): string {
  const stages = stageLine(wave.counts, wave.machineCount);
  return `${nameOf(wave.index)} ${wave.phase}: ${stages === '' ? wave.message : stages}`;
}

function clock(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return `+${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

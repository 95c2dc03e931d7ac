import type { Option } from '../command.ts';

/** Options of commands that can follow what they show. */
export const WATCHING: Readonly<Record<string, Option>> = {
  watch: { text: 'Look again until it is over, or waits for a person.' },
  poll: { text: 'Seconds between looks; as the app says without it.', value: 'SECONDS' },
};

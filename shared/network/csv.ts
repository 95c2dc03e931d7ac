import type { NetworkRow } from './preflight.ts';

/** Columns of the rows for a firewall team. */
export const NETWORK_COLUMNS: readonly {
  readonly header: string;
  readonly value: (row: NetworkRow) => string | number | boolean | null;
}[] = [
  { header: 'from', value: ({ from }) => from },
  { header: 'source', value: ({ source }) => source },
  { header: 'regions', value: ({ regions }) => regions.join(' ') },
  { header: 'profile', value: ({ profile }) => profile },
  { header: 'host', value: ({ host }) => host },
  { header: 'port', value: ({ port }) => port },
  { header: 'protocol', value: ({ protocol }) => protocol },
  { header: 'via', value: ({ via }) => via },
  { header: 'inspectable', value: ({ inspectable }) => inspectable },
  { header: 'machines', value: ({ machines }) => machines },
  { header: 'purpose', value: ({ purpose }) => purpose },
];

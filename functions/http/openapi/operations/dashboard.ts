import {
  Me,
  OneMachine,
  Overview,
  Throttle,
  WaveBoard,
  WaveTable,
  WaveTimeline,
} from '../../answers/dashboard.ts';
import { MachineQuery } from '../../dashboard/machine.ts';
import { WaveTableQuery } from '../../dashboard/wave.ts';
import type { Operation } from '../operation.ts';

/** Answers that pages ask for again and again. */
const etag = ['etag'] as const;
const SAME = { 304: { what: 'It is as the `If-None-Match` says. No body.', headers: etag } } as const;
const path = { id: 'Id of a wave.' };

export const DASHBOARD_OPERATIONS = {
  getMe: {
    tag: 'dashboard',
    summary: 'Ask who is calling',
    description: 'The name and the roles of the caller.',
    answers: { 200: { what: 'Who it is.', body: Me } },
  },
  getOverview: {
    tag: 'dashboard',
    summary: 'Get the overview',
    description:
      'The fleet by agents over time, all waves in a line each, what needs a person, and the plan under way against its forecast.',
    answers: { 200: { what: 'The overview.', body: Overview, headers: etag }, ...SAME },
  },
  getThrottle: {
    tag: 'dashboard',
    summary: 'Get the use of limits',
    description: "How much of Azure's limits is spent or booked, by cell of the waves that run.",
    answers: { 200: { what: 'The use of each limit.', body: Throttle, headers: etag }, ...SAME },
  },
  getWaveBoard: {
    tag: 'dashboard',
    summary: 'Get the board of a wave',
    description: 'A wave with its plan, gates and approvals, and the verbs that the caller may use now.',
    path,
    answers: { 200: { what: 'The board.', body: WaveBoard, headers: etag }, ...SAME },
    problems: ['waveNotFound'],
  },
  getWaveTimeline: {
    tag: 'dashboard',
    summary: 'Get the timeline of a wave',
    description:
      'When each cohort of a wave was at which stage, and its reasons by frequency with what to do about them.',
    path,
    answers: { 200: { what: 'The timeline.', body: WaveTimeline, headers: etag }, ...SAME },
    problems: ['waveNotFound', 'detailsPurged'],
  },
  getWaveTable: {
    tag: 'dashboard',
    summary: 'List machines of a wave in order',
    description:
      'A page of machines with where each stands, filtered, searched and put in order over the whole wave.',
    path,
    query: WaveTableQuery,
    answers: { 200: { what: 'A page of machines.', body: WaveTable, headers: etag }, ...SAME },
    problems: ['waveNotFound', 'detailsPurged'],
  },
  getMachine: {
    tag: 'dashboard',
    summary: 'Get a machine',
    description:
      'What the newest inventory and its wave know of a machine, and what comes next. Its trail is `GET /waves/{id}/audit?machine=`.',
    query: MachineQuery,
    answers: { 200: { what: 'The machine.', body: OneMachine, headers: etag }, ...SAME },
    problems: ['machineNotFound', 'waveNotFound'],
  },
} as const satisfies Record<string, Operation>;

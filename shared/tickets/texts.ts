import type { Plan } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import type { CloseCode, TicketRecord } from '../model/ticket.ts';
import type { Wave } from '../model/wave.ts';
import type { TicketDraft } from './desk.ts';
import type { Doc } from './document.ts';
import type { WaveStanding } from './standing.ts';

/** Cells that a description names; the attached list has every machine. */
const CELLS_SHOWN = 20;

/** What a change is opened with: counts and rules, never a list of machines. */
export function draftOf(
  record: TicketRecord,
  wave: Wave,
  plan: Plan,
  policy: Policy,
  nowMs: number,
): TicketDraft {
  const planned = plan.waves[wave.index];
  const cells = planned?.cells ?? [];
  const ticket = policy.ticket;
  const startMs = Math.max(nowMs, Date.parse(wave.startAt ?? '') || 0);
  const { quorum } = policy.approvals;
  return {
    correlationId: record.correlationId,
    waveId: wave.id,
    title: `Azure Monitor Agent migration: ${plan.name}, wave ${wave.index} (${wave.machineCount} machines)`,
    description: [
      {
        text: `Moves ${wave.machineCount} machines from the legacy Log Analytics agent to Azure Monitor Agent. The machines are in the attached list.`,
      },
      {
        list: [
          `Wave: ${wave.id}`,
          `Plan: ${plan.name} (${plan.id})`,
          `Requested by: ${wave.requestedBy}${wave.requestedOnBehalfOf === undefined ? '' : `, for ${wave.requestedOnBehalfOf}`}`,
          ...cells.slice(0, CELLS_SHOWN).map(({ cell, machineCount }) => `${cell}: ${machineCount} machines`),
          ...(cells.length > CELLS_SHOWN
            ? [`${cells.length - CELLS_SHOWN} more subscriptions and regions`]
            : []),
        ],
      },
    ],
    plan: planText(policy, ticket?.approves ?? [], quorum),
    risk: ticket?.risk === undefined ? riskText(policy) : [{ text: ticket.risk }],
    rollback: ticket?.rollback === undefined ? ROLLBACK : [{ text: ticket.rollback }],
    test: [
      {
        text: 'Each machine is judged by its data before its legacy agent goes: heartbeat, and rows of every table its rules fill, against what came before. No data is no pass. The verdicts are attached at the end.',
      },
    ],
    plannedStart: ticket?.plannedSeconds === undefined && wave.startAt == null ? null : iso(startMs),
    plannedEnd: ticket?.plannedSeconds === undefined ? null : iso(startMs + ticket.plannedSeconds * 1000),
  };
}

function planText(policy: Policy, approves: readonly string[], quorum: number): Doc {
  const { soakSeconds, gate, approvals } = policy;
  const asked = (name: 'start' | 'removal') => {
    if (!approvals[name]) return 'no approval';
    const where = approves.includes(name) ? 'approval of this change' : 'approval in the app';
    return quorum > 1 ? `${where} by ${quorum} persons` : where;
  };
  return [
    {
      list: [
        `Before the start: ${asked('start')}`,
        'Install Azure Monitor Agent, associate its rules, and prove that the data arrives',
        `Soak for ${Math.round(soakSeconds / 60)} minutes`,
        `Removal gate: at most ${gate.maxFailed} failed machines and ${Math.round(gate.maxNotVerifiedShare * 100)} % without a passing verdict; ${asked('removal')}`,
        'Switch legacy collection of the workspace off where no machine needs it, then remove the legacy agent',
        'Confirm that nothing went quiet',
      ],
    },
  ];
}

function riskText({ gate }: Policy): Doc {
  return [
    {
      text: 'Both agents run side by side until the data of the new one is proven, so that logs are collected without a gap, and twice for a while. A legacy agent is removed only after its machine passed; this step cannot be undone on machines whose legacy agent was not an extension.',
    },
    {
      text: `The wave stops by itself when more than ${gate.maxFailed} machines fail. Machines that are locked, tagged to be left alone or not reachable are left as they are.`,
    },
  ];
}

const ROLLBACK: Doc = [
  {
    text: 'The wave can be held at any time, and rolled back as a whole or machine by machine: legacy collection is switched on again, legacy extensions are put back, associations and agents that the wave brought are taken away. No machine is left without an agent that is heard. The legacy service itself may no longer take data, which no rollback can change.',
  },
];

/** How the wave stands now. */
export function progressText({ message, totals }: WaveStanding): Doc {
  const { machines, verified, failed, inFlight } = totals;
  return [
    { text: message },
    {
      list: [
        `${machines} machines: ${verified} verified, ${failed} failed or blocked, ${inFlight} under way`,
      ],
    },
  ];
}

/** The last note, with the hashes of what is attached. */
export function endText(standing: WaveStanding, record: TicketRecord): Doc {
  return [
    ...progressText(standing),
    { heading: 'Attached' },
    { list: record.files.map(({ name, sha256 }) => `${name}, SHA-256 ${sha256}`) },
  ];
}

const CODES: Readonly<Record<CloseCode, string>> = {
  successful: 'Successful',
  successfulWithIssues: 'Successful with issues',
  unsuccessful: 'Unsuccessful',
  cancelled: 'Cancelled',
};

export function closingText(code: CloseCode, { message, totals }: WaveStanding): Doc {
  const { machines, verified, failed } = totals;
  return [
    {
      text: `${CODES[code]}. ${message} ${verified} of ${machines} machines verified, ${failed} failed or blocked.`,
    },
  ];
}

/** Why somebody's approval in the desk did not count. */
export function refusalText(by: string): Doc {
  return [{ text: `The approval by ${by} does not count: who requests a wave may not approve it.` }];
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

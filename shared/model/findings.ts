import { ESTATE_FINDINGS } from './estate-findings.ts';
import { MACHINE_FINDINGS } from './machine-findings.ts';

export type { Severity } from './finding-definition.ts';

/** Every finding: stable code, sentences, who must act. */
export const FINDINGS = { ...MACHINE_FINDINGS, ...ESTATE_FINDINGS } as const;

export type FindingCode = keyof typeof FINDINGS;

/** Something about one machine; the texts are in `FINDINGS`. */
export interface MachineFinding {
  readonly code: FindingCode;
  readonly detail?: string;
}

/** Something about anything else of the estate. */
export interface EstateFinding {
  readonly code: FindingCode;
  readonly subject: {
    readonly kind: 'workspace' | 'subscription' | 'policyAssignment' | 'rule' | 'estate';
    readonly id: string;
  };
  readonly detail?: string;
  /** The exact command or request that puts it right, where there is one. */
  readonly fix?: string;
}

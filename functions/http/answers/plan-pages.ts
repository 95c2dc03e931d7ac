import { z } from 'zod';
import { page, shape } from './answer.ts';
import { ListedPlan } from './plan.ts';
import { BlockedMachine, PlannedMachine } from './plan-machines.ts';
import { PlanRun } from './plan-run.ts';

export const PlanPage = page('PlanPage', 'plans', ListedPlan);
export const BlockedPage = page('BlockedPage', 'machines', BlockedMachine);
export const PlannedMachinePage = page('PlannedMachinePage', 'machines', PlannedMachine);
export const PlanRunStarted = shape(
  'PlanRunStarted',
  z.strictObject({ id: z.string(), planId: z.string(), fromWave: z.int() }),
);
export const PlanRunList = shape('PlanRunList', z.strictObject({ runs: z.array(PlanRun) }));

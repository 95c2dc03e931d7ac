import type { RouteName } from '../../routes.ts';
import type { Operation } from './operation.ts';
import { AUDIT_OPERATIONS } from './operations/audit.ts';
import { CONNECTOR_OPERATIONS } from './operations/connectors.ts';
import { DASHBOARD_OPERATIONS } from './operations/dashboard.ts';
import { DRIFT_OPERATIONS } from './operations/drift.ts';
import { EVENT_OPERATIONS } from './operations/events.ts';
import { INVENTORY_OPERATIONS } from './operations/inventories.ts';
import { PLAN_OPERATIONS } from './operations/plans.ts';
import { REPORT_OPERATIONS } from './operations/reports.ts';
import { RULE_OPERATIONS } from './operations/rules.ts';
import { SERVICE_OPERATIONS } from './operations/service.ts';
import { TICKET_OPERATIONS } from './operations/tickets.ts';
import { VERIFICATION_OPERATIONS } from './operations/verification.ts';
import { WAVE_OPERATIONS } from './operations/waves.ts';

/** What is said of each HTTP function; the compiler proves that none is missing and none is made up. */
export const OPERATIONS = {
  ...SERVICE_OPERATIONS,
  ...INVENTORY_OPERATIONS,
  ...RULE_OPERATIONS,
  ...PLAN_OPERATIONS,
  ...WAVE_OPERATIONS,
  ...REPORT_OPERATIONS,
  ...AUDIT_OPERATIONS,
  ...TICKET_OPERATIONS,
  ...VERIFICATION_OPERATIONS,
  ...CONNECTOR_OPERATIONS,
  ...EVENT_OPERATIONS,
  ...DASHBOARD_OPERATIONS,
  ...DRIFT_OPERATIONS,
} satisfies { readonly [N in RouteName]: Operation };

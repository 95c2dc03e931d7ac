import { type Dict, dict, list, text } from '../json.ts';
import type { Reply } from '../wire.ts';
import type { Call } from './call.ts';
import { badRequest, fail } from './errors.ts';
import { isOutput } from './tables.ts';

/** Every flow must name declared destinations, every workspace must exist. */
export function checkDestinations(call: Call, properties: Dict): Reply | undefined {
  const targets = list(dict(properties['destinations'])['logAnalytics']).map(dict);
  for (const target of targets) {
    const id = text(target['workspaceResourceId']) ?? '';
    if (!call.state.workspaces.has(id.toLowerCase()))
      return badRequest(
        'InvalidPayload',
        `The workspace '${id}' of destination '${text(target['name']) ?? ''}' does not exist.`,
        'properties.destinations.logAnalytics',
      );
  }
  const names = new Set(
    Object.values(dict(properties['destinations'])).flatMap((group) =>
      (Array.isArray(group) ? group : [group]).map((one) => text(dict(one)['name'])?.toLowerCase()),
    ),
  );
  for (const flow of list(properties['dataFlows']).map(dict)) {
    const unknown = list(flow['destinations']).find((name) => !names.has(String(name).toLowerCase()));
    if (unknown !== undefined)
      return badRequest(
        'InvalidPayload',
        `The data flow names the destination '${String(unknown)}', which is not declared.`,
        'properties.dataFlows',
      );
  }
  return undefined;
}

/** A flow into a custom table needs the table, in each of its workspaces. Facts file 2.10. */
export function checkOutputs(call: Call, properties: Dict): Reply | undefined {
  const targets = list(dict(properties['destinations'])['logAnalytics']).map(dict);
  for (const [at, flow] of list(properties['dataFlows']).map(dict).entries()) {
    const stream = text(flow['outputStream']) ?? '';
    if (!stream.startsWith('Custom-')) continue;
    const names = new Set(list(flow['destinations']).map((name) => String(name).toLowerCase()));
    const missing = targets.find((target) => {
      const workspace = call.state.workspaces.get((text(target['workspaceResourceId']) ?? '').toLowerCase());
      const name = text(target['name']) ?? '';
      if (workspace === undefined || !names.has(name.toLowerCase())) return false;
      return !isOutput(workspace, stream.slice('Custom-'.length), call.now);
    });
    if (missing === undefined) continue;
    const target = `properties.dataFlows[${at}]`;
    const message = `Table for output stream '${stream}' is not available for destination '${text(missing['name']) ?? ''}'. Please ensure that the table exists in Log Analytics Workspace before creating or updating the rule.`;
    return fail(400, 'InvalidPayload', 'Data collection rule is invalid', {
      details: [{ code: 'InvalidOutputTable', target, message }],
    });
  }
  return undefined;
}

/** The service adds each workspace's customer id to what it was given. */
export function withCustomerIds(call: Call, properties: Dict): Dict {
  const destinations = dict(properties['destinations']);
  if (!Array.isArray(destinations['logAnalytics'])) return properties;
  const logAnalytics = list(destinations['logAnalytics']).map((target) => {
    const id = text(dict(target)['workspaceResourceId']) ?? '';
    const workspaceId = call.state.workspaces.get(id.toLowerCase())?.customerId;
    return { ...dict(target), ...(workspaceId === undefined ? {} : { workspaceId }) };
  });
  return { ...properties, destinations: { ...destinations, logAnalytics } };
}

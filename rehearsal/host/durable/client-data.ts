import type { HostSettings } from '../settings.ts';

export const managementPath = '/runtime/webhooks/durabletask';

export interface ClientAddresses {
  /** Where people and programs reach the host, e.g. `http://127.0.0.1:7071`. */
  readonly origin: string;
  /** Where the library's own client calls, ending in a slash. */
  readonly rpcBaseUrl: string;
}

const idPlaceholder = 'INSTANCEID';

/** The JSON that the Durable extension binds to a durable client input. */
export function clientDataJson(settings: HostSettings, key: string, addresses: ClientAddresses): string {
  const { hubName } = settings;
  const common = `taskHub=${hubName}&connection=Storage&code=${encodeURIComponent(key)}`;
  const baseUrl = `${addresses.origin}${managementPath}`;
  const instance = `${baseUrl}/instances/${idPlaceholder}`;
  const create = `${baseUrl}/orchestrators/{functionName}[/{instanceId}]?code=${encodeURIComponent(key)}`;
  return JSON.stringify({
    taskHubName: hubName,
    creationUrls: {
      createNewInstancePostUri: create,
      createAndWaitOnNewInstancePostUri: `${create}&timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}`,
    },
    managementUrls: {
      id: idPlaceholder,
      statusQueryGetUri: `${instance}?${common}`,
      sendEventPostUri: `${instance}/raiseEvent/{eventName}?${common}`,
      terminatePostUri: `${instance}/terminate?reason={text}&${common}`,
      rewindPostUri: `${instance}/rewind?reason={text}&${common}`,
      purgeHistoryDeleteUri: `${instance}?${common}`,
      restartPostUri: `${instance}/restart?${common}`,
      suspendPostUri: `${instance}/suspend?reason={text}&${common}`,
      resumePostUri: `${instance}/resume?reason={text}&${common}`,
    },
    baseUrl,
    requiredQueryStringParameters: `code=${encodeURIComponent(key)}`,
    rpcBaseUrl: addresses.rpcBaseUrl,
  });
}

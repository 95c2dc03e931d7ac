import { groupId, type Os, type Place, type Resource } from './resources.ts';

export function workspace(place: Place, name: string, customerId: string): Resource {
  return {
    id: `${groupId(place)}/providers/Microsoft.OperationalInsights/workspaces/${name}`,
    name,
    type: 'microsoft.operationalinsights/workspaces',
    location: place.location,
    tags: null,
    properties: {
      customerId,
      provisioningState: 'Succeeded',
      sku: { name: 'PerGB2018' },
      retentionInDays: 730,
    },
  };
}

export function dataSource(
  of: Resource,
  kind: string,
  name: string,
  properties: Record<string, unknown>,
): Resource {
  return {
    id: `${of.id}/dataSources/${name}`,
    name,
    type: 'Microsoft.OperationalInsights/workspaces/dataSources',
    kind,
    properties,
  };
}

/** The settings an ordinary workspace collects with, in the kinds of facts file 3.6. */
export function usualDataSources(of: Resource): Resource[] {
  const windows = [
    'Processor(_Total)|% Processor Time',
    'Memory(*)|Available MBytes',
    'LogicalDisk(*)|% Free Space',
  ].map((one, i) => {
    const [object, counterName] = one.split('|') as [string, string];
    const [objectName, instance] = object.split('(') as [string, string];
    return dataSource(of, 'WindowsPerformanceCounter', `wpc-${i + 1}`, {
      objectName,
      instanceName: instance.replace(')', ''),
      intervalSeconds: 60,
      counterName,
    });
  });
  return [
    ...windows,
    dataSource(of, 'WindowsEvent', 'event-system', {
      eventLogName: 'System',
      eventTypes: [{ eventType: 'Error' }, { eventType: 'Warning' }],
    }),
    dataSource(of, 'WindowsEvent', 'event-application', {
      eventLogName: 'Application',
      eventTypes: [{ eventType: 'Error' }],
    }),
    dataSource(of, 'LinuxPerformanceObject', 'lpo-processor', {
      objectName: 'Processor',
      instanceName: '*',
      intervalSeconds: 60,
      performanceCounters: [{ counterName: '% Processor Time' }],
    }),
    dataSource(of, 'LinuxPerformanceCollection', 'lpc', { state: 'Enabled' }),
    dataSource(of, 'LinuxSyslog', 'syslog-auth', {
      syslogName: 'auth',
      syslogSeverities: [{ severity: 'warning' }, { severity: 'err' }],
    }),
    dataSource(of, 'LinuxSyslogCollection', 'lsc', { state: 'Enabled' }),
  ];
}

/** A rule that sends everything the agents of one operating system collect to one workspace. */
export function rule(place: Place, name: string, os: Os, target: Resource, security: boolean): Resource {
  const windows = os === 'windows';
  const logs = windows
    ? ['Microsoft-Event', ...(security ? ['Microsoft-SecurityEvent'] : [])]
    : ['Microsoft-Syslog'];
  const events = {
    windowsEventLogs: [
      {
        name: 'events',
        streams: ['Microsoft-Event'],
        xPathQueries: [
          'System!*[System[(Level=1 or Level=2 or Level=3)]]',
          'Application!*[System[(Level=1 or Level=2)]]',
        ],
      },
      ...(security
        ? [{ name: 'security', streams: ['Microsoft-SecurityEvent'], xPathQueries: ['Security!*'] }]
        : []),
    ],
  };
  const syslog = {
    syslog: [
      {
        name: 'syslog',
        streams: ['Microsoft-Syslog'],
        facilityNames: ['auth', 'authpriv', 'daemon'],
        logLevels: ['Warning', 'Error', 'Critical', 'Alert', 'Emergency'],
      },
    ],
  };
  return {
    id: `${groupId(place)}/providers/Microsoft.Insights/dataCollectionRules/${name}`,
    name,
    type: 'microsoft.insights/datacollectionrules',
    location: place.location,
    kind: windows ? 'Windows' : 'Linux',
    tags: null,
    properties: {
      provisioningState: 'Succeeded',
      dataSources: {
        performanceCounters: [
          {
            name: 'counters',
            streams: ['Microsoft-Perf'],
            samplingFrequencyInSeconds: 60,
            counterSpecifiers: windows
              ? ['\\Processor(_Total)\\% Processor Time', '\\Memory\\Available MBytes']
              : ['Processor(*)\\% Processor Time'],
          },
        ],
        ...(windows ? events : syslog),
      },
      destinations: {
        logAnalytics: [
          {
            name: 'workspace',
            workspaceResourceId: target.id,
            workspaceId: target.properties?.['customerId'],
          },
        ],
      },
      dataFlows: [{ streams: ['Microsoft-Perf', ...logs], destinations: ['workspace'] }],
    },
  };
}

export function endpoint(place: Place, name: string): Resource {
  return {
    id: `${groupId(place)}/providers/Microsoft.Insights/dataCollectionEndpoints/${name}`,
    name,
    type: 'microsoft.insights/datacollectionendpoints',
    location: place.location,
    tags: null,
    properties: {
      configurationAccess: {
        endpoint: `https://${name}-a1b2.${place.location}-1.handler.control.monitor.azure.com`,
      },
      logsIngestion: { endpoint: `https://${name}-a1b2.${place.location}-1.ingest.monitor.azure.com` },
      networkAcls: { publicNetworkAccess: 'Disabled' },
      provisioningState: 'Succeeded',
    },
  };
}

export function association(
  machine: Resource,
  name: string,
  properties: { dataCollectionRuleId?: string; dataCollectionEndpointId?: string },
): Resource {
  return {
    id: `${machine.id}/providers/Microsoft.Insights/dataCollectionRuleAssociations/${name}`,
    name,
    type: 'microsoft.insights/datacollectionruleassociations',
    properties: { ...properties, provisioningState: 'Succeeded' },
  };
}

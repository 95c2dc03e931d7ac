import { z } from 'zod';
import { shape } from './answer.ts';

export const DataSources = shape(
  'DataSources',
  z.strictObject({
    performanceCounters: z
      .array(
        z.strictObject({
          name: z.string(),
          streams: z.array(z.string()),
          samplingFrequencyInSeconds: z.number(),
          counterSpecifiers: z.array(z.string()),
        }),
      )
      .exactOptional(),
    windowsEventLogs: z
      .array(
        z.strictObject({
          name: z.string(),
          streams: z.array(z.string()),
          xPathQueries: z.array(z.string()),
        }),
      )
      .exactOptional(),
    syslog: z
      .array(
        z.strictObject({
          name: z.string(),
          streams: z.array(z.string()),
          facilityNames: z.array(z.string()),
          logLevels: z.array(z.string()),
        }),
      )
      .exactOptional(),
    logFiles: z
      .array(
        z.strictObject({
          name: z.string(),
          streams: z.array(z.string()),
          filePatterns: z.array(z.string()),
          format: z.literal('text'),
          settings: z.strictObject({
            text: z.strictObject({
              recordStartTimestampFormat: z.string(),
            }),
          }),
        }),
      )
      .exactOptional(),
    iisLogs: z
      .array(
        z.strictObject({
          name: z.string(),
          streams: z.array(z.string()),
          logDirectories: z.array(z.string()),
        }),
      )
      .exactOptional(),
    windowsFirewallLogs: z
      .array(
        z.strictObject({
          name: z.string(),
          streams: z.array(z.string()),
          profileFilter: z.array(z.string()),
        }),
      )
      .exactOptional(),
    extensions: z
      .array(
        z.strictObject({
          name: z.string(),
          streams: z.array(z.string()),
          extensionName: z.string(),
          extensionSettings: z.record(z.string(), z.unknown()).exactOptional(),
        }),
      )
      .exactOptional(),
  }),
);

export const RuleBody = shape(
  'RuleBody',
  z.strictObject({
    location: z.string(),
    kind: z.enum(['Windows', 'Linux']),
    tags: z.record(z.string(), z.string()),
    properties: z.strictObject({
      description: z.string(),
      dataCollectionEndpointId: z.string().exactOptional(),
      streamDeclarations: z
        .record(
          z.string(),
          z.strictObject({
            columns: z.array(
              z.strictObject({
                name: z.string(),
                type: z.string(),
              }),
            ),
          }),
        )
        .exactOptional(),
      dataSources: DataSources,
      destinations: z.strictObject({
        logAnalytics: z.array(
          z.strictObject({
            name: z.string(),
            workspaceResourceId: z.string(),
          }),
        ),
      }),
      dataFlows: z.array(
        z.strictObject({
          streams: z.array(z.string()),
          destinations: z.array(z.string()),
          transformKql: z.string().exactOptional(),
          outputStream: z.string().exactOptional(),
        }),
      ),
    }),
  }),
);

export const CustomTable = shape(
  'CustomTable',
  z.strictObject({
    name: z.string(),
    columns: z.array(
      z.strictObject({
        name: z.string(),
        type: z.string(),
      }),
    ),
    plan: z
      .literal('Basic')
      .exactOptional()
      .describe("Plan of a table that is not there yet; without it Azure's own default, Analytics."),
  }),
);

export const EndpointBody = shape(
  'EndpointBody',
  z.strictObject({
    location: z.string(),
    tags: z.record(z.string(), z.string()),
    properties: z.strictObject({
      description: z.string(),
    }),
  }),
);

// Data collection rules for the workspace contoso-logs.
// Converted from its agent settings; the same settings always give the same text.
targetScope = 'resourceGroup'

@description('Region of the rules: the one of the workspace.')
param location string = 'westeurope'

@description('Workspace that the data goes to, as a resource id.')
param workspaceResourceId string = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/contoso-logs'

resource windowsLogs01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-logs-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '4200d5e022ab8d64'
  }
  properties: {
    description: 'Windows logs, converted from the agent settings of workspace contoso-logs.'
    streamDeclarations: {
      'Custom-Input-armlog_timestamp_AMA': {
        columns: [
          {
            name: 'TimeGenerated'
            type: 'datetime'
          }
          {
            name: 'RawData'
            type: 'string'
          }
          {
            name: 'FilePath'
            type: 'string'
          }
          {
            name: 'Computer'
            type: 'string'
          }
        ]
      }
    }
    dataSources: {
      logFiles: [
        {
          name: 'log-01-armlog-timestamp-ama'
          streams: [
            'Custom-Input-armlog_timestamp_AMA'
          ]
          filePatterns: [
            'c:\\Windows\\Logs\\*.txt'
          ]
          format: 'text'
          settings: {
            text: {
              recordStartTimestampFormat: 'YYYY-MM-DD HH:MM:SS'
            }
          }
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Custom-Input-armlog_timestamp_AMA'
        ]
        destinations: [
          'workspace'
        ]
        transformKql: 'source | extend [\'TimeGenerated\'] = iif(isnull(todatetime(strcat(extract("([0-9]{4}-[0-9]{2}-[0-9]{2})[ \\\\t]([0-9]{1,2}:[0-9]{2}:[0-9]{2})", 1, RawData), "T", substring(strcat("0", extract("([0-9]{4}-[0-9]{2}-[0-9]{2})[ \\\\t]([0-9]{1,2}:[0-9]{2}:[0-9]{2})", 2, RawData)), strlen(extract("([0-9]{4}-[0-9]{2}-[0-9]{2})[ \\\\t]([0-9]{1,2}:[0-9]{2}:[0-9]{2})", 2, RawData)) - 7, 8)))), TimeGenerated, todatetime(strcat(extract("([0-9]{4}-[0-9]{2}-[0-9]{2})[ \\\\t]([0-9]{1,2}:[0-9]{2}:[0-9]{2})", 1, RawData), "T", substring(strcat("0", extract("([0-9]{4}-[0-9]{2}-[0-9]{2})[ \\\\t]([0-9]{1,2}:[0-9]{2}:[0-9]{2})", 2, RawData)), strlen(extract("([0-9]{4}-[0-9]{2}-[0-9]{2})[ \\\\t]([0-9]{1,2}:[0-9]{2}:[0-9]{2})", 2, RawData)) - 7, 8)))), [\'Level\'] = tostring(extract("\\\\s(INFO|WARN|ERROR)\\\\s", 1, RawData)), [\'Elapsed\'] = todouble(extract("took (\\\\d+)ms", 1, RawData))'
        outputStream: 'Custom-armlog_timestamp_AMA_CL'
      }
    ]
    destinations: {
      logAnalytics: [
        {
          name: 'workspace'
          workspaceResourceId: workspaceResourceId
        }
      ]
    }
  }
}

// Data collection rules for the workspace contoso-logs.
// Converted from its agent settings; the same settings always give the same text.
targetScope = 'resourceGroup'

@description('Region of the rules: the one of the workspace.')
param location string = 'westeurope'

@description('Workspace that the data goes to, as a resource id.')
param workspaceResourceId string = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/contoso-logs'

resource windowsCounters01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-counters-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '7fb2977a4dba2d66'
  }
  properties: {
    description: 'Windows counters, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      performanceCounters: [
        {
          name: 'counters-10s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 10
          counterSpecifiers: [
            '\\Memory\\Available MBytes'
            '\\Processor(_Total)\\% Processor Time'
          ]
        }
        {
          name: 'counters-60s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 60
          counterSpecifiers: [
            '\\Network Adapter(*)\\Bytes Sent/sec'
          ]
        }
        {
          name: 'counters-300s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 300
          counterSpecifiers: [
            '\\SQLServer:Buffer Manager\\Page life expectancy'
          ]
        }
        {
          name: 'counters-1800s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 1800
          counterSpecifiers: [
            '\\System\\Processor Queue Length'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-Perf'
        ]
        destinations: [
          'workspace'
        ]
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

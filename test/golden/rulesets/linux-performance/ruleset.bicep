// Data collection rules for the workspace contoso-logs.
// Converted from its agent settings; the same settings always give the same text.
targetScope = 'resourceGroup'

@description('Region of the rules: the one of the workspace.')
param location string = 'westeurope'

@description('Workspace that the data goes to, as a resource id.')
param workspaceResourceId string = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/contoso-logs'

resource linuxCounters01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-linux-counters-01'
  location: location
  kind: 'Linux'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: 'f4e2230137820811'
  }
  properties: {
    description: 'Linux counters, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      performanceCounters: [
        {
          name: 'counters-10s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 10
          counterSpecifiers: [
            'Logical Disk(*)\\% Used Inodes'
            'Logical Disk(*)\\% Used Space'
            'Logical Disk(*)\\Disk Reads/sec'
            'Logical Disk(*)\\Disk Transfers/sec'
            'Logical Disk(*)\\Disk Writes/sec'
            'Logical Disk(*)\\Free Megabytes'
            'Processor(*)\\% Privileged Time'
            'Processor(*)\\% Processor Time'
          ]
        }
        {
          name: 'counters-60s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 60
          counterSpecifiers: [
            'Memory(*)\\% Used Memory'
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

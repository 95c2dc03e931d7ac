// Data collection rules for the workspace contoso-logs.
// Converted from its agent settings; the same settings always give the same text.
targetScope = 'resourceGroup'

@description('Region of the rules: the one of the workspace.')
param location string = 'westeurope'

@description('Workspace that the data goes to, as a resource id.')
param workspaceResourceId string = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/contoso-logs'

resource windowsDns01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-dns-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '6d43fa2f1b3df6a6'
  }
  properties: {
    description: 'Windows dns, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      extensions: [
        {
          name: 'MicrosoftDnsAgent'
          streams: [
            'Microsoft-ASimDnsActivityLogs'
          ]
          extensionName: 'MicrosoftDnsAgent'
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-ASimDnsActivityLogs'
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

// Data collection rules for the workspace contoso-logs.
// Converted from its agent settings; the same settings always give the same text.
targetScope = 'resourceGroup'

@description('Region of the rules: the one of the workspace.')
param location string = 'westeurope'

@description('Workspace that the data goes to, as a resource id.')
param workspaceResourceId string = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/contoso-logs'

@description('Ingestion endpoint in the region of the rules, as a resource id.')
param dataCollectionEndpointId string

resource windowsFirewall01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-firewall-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '17fcfe4da2d57fb8'
  }
  properties: {
    description: 'Windows firewall, converted from the agent settings of workspace contoso-logs.'
    dataCollectionEndpointId: dataCollectionEndpointId
    dataSources: {
      windowsFirewallLogs: [
        {
          name: 'firewall'
          streams: [
            'Microsoft-WindowsFirewall'
          ]
          profileFilter: [
            'Domain'
            'Private'
            'Public'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-WindowsFirewall'
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

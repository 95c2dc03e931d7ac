metadata name = 'Workbook'
metadata description = 'Progress of the fleet, for people who live in the portal.'

@description('Required. Region.')
param location string

@description('Optional. Tags.')
param tags object = {}

@description('Required. Workspace of the telemetry.')
param workspaceResourceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'ama-fleet-progress')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'AMA migration: fleet progress'
    category: 'workbook'
    sourceId: toLower(workspaceResourceId)
    serializedData: replace(loadTextContent('../workbook/fleet.json'), '__WORKSPACE__', workspaceResourceId)
    version: '1.0'
  }
}

@description('Resource id of the workbook.')
output resourceId string = workbook.id

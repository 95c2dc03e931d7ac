metadata name = 'Durable Task Scheduler'
metadata description = 'A managed back end for orchestrations, instead of queues and tables.'

@description('Required. Name of the scheduler.')
param name string

@description('Required. Region.')
param location string

@description('Optional. Tags.')
param tags object = {}

@description('Required. Object id of the identity of the app.')
param principalId string

@description('Optional. Name of the task hub.')
param taskHubName string = 'AmaMigration'

@description('Optional. Addresses that may reach the scheduler. An empty list lets nobody in; a token is asked for in any case.')
param ipAllowlist string[] = ['0.0.0.0/0']

// Durable Task Data Contributor: style facts 5.7.
var dataContributor = '0ad04412-c4d5-4796-b79c-f76d14c8d402'

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: { name: 'Consumption' }
    ipAllowlist: ipAllowlist
  }
}

resource taskHub 'Microsoft.DurableTask/schedulers/taskHubs@2026-02-01' = {
  parent: scheduler
  name: taskHubName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler.id, principalId, dataContributor)
  scope: scheduler
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataContributor)
  }
}

@description('How the app reaches the scheduler, less the client id of its identity.')
output connectionString string = 'Endpoint=${scheduler.properties.endpoint};Authentication=ManagedIdentity'

@description('Name of the task hub.')
output taskHubName string = taskHub.name

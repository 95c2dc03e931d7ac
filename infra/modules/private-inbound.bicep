metadata name = 'Private inbound endpoint'
metadata description = 'The app is reached from the network alone.'

@description('Required. Region.')
param location string

@description('Optional. Tags.')
param tags object = {}

@description('Required. Name of the virtual network.')
param networkName string

@description('Required. Subnet of the endpoint.')
param subnetResourceId string

@description('Required. Resource id of the function app.')
param appResourceId string

// Bicep knows no suffix of App Service. Names: private endpoint DNS zone values, Microsoft Learn.
var zones = {
  AzureCloud: 'privatelink.azurewebsites.net'
  AzureUSGovernment: 'privatelink.azurewebsites.us'
  AzureChinaCloud: 'privatelink.chinacloudsites.cn'
}

module endpoint 'private-endpoint.bicep' = {
  params: {
    name: 'pep-${last(split(appResourceId, '/'))}'
    location: location
    tags: tags
    networkName: networkName
    subnetResourceId: subnetResourceId
    targetResourceId: appResourceId
    groupId: 'sites'
    zoneName: zones[environment().name]
  }
}

metadata name = 'Private endpoints'
metadata description = 'Endpoints of storage and Key Vault.'

@description('Required. Region.')
param location string

@description('Optional. Tags.')
param tags object = {}

@description('Required. Name of the virtual network.')
param networkName string

@description('Required. Subnet of the endpoints.')
param subnetResourceId string

@description('Required. Resource id of the storage account.')
param storageAccountResourceId string

@description('Required. Resource id of the vault.')
param vaultResourceId string

module storage 'private-endpoint.bicep' = [
  for service in ['blob', 'queue', 'table']: {
    name: 'private-endpoint-${service}'
    params: {
      name: 'pep-${last(split(storageAccountResourceId, '/'))}-${service}'
      location: location
      tags: tags
      networkName: networkName
      subnetResourceId: subnetResourceId
      targetResourceId: storageAccountResourceId
      groupId: service
      zoneName: 'privatelink.${service}.${environment().suffixes.storage}'
    }
  }
]

module vault 'private-endpoint.bicep' = {
  params: {
    name: 'pep-${last(split(vaultResourceId, '/'))}'
    location: location
    tags: tags
    networkName: networkName
    subnetResourceId: subnetResourceId
    targetResourceId: vaultResourceId
    groupId: 'vault'
    // The zone of private link has another first part than the vault's own name.
    zoneName: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
  }
}

metadata name = 'Private endpoint'
metadata description = 'One private endpoint with its DNS zone, linked to the network.'

@description('Required. Name of the endpoint.')
param name string

@description('Required. Region.')
param location string

@description('Optional. Tags.')
param tags object = {}

@description('Required. Name of the virtual network that resolves the zone.')
param networkName string

@description('Required. Subnet of the endpoint.')
param subnetResourceId string

@description('Required. What the endpoint leads to.')
param targetResourceId string

@description('Required. Part of the target: blob, queue, table, vault, sites.')
param groupId string

@description('Required. Name of the DNS zone.')
param zoneName string

resource network 'Microsoft.Network/virtualNetworks@2025-09-01' existing = {
  name: networkName
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zoneName
  location: 'global'
  tags: tags
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: zone
  name: networkName
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: network.id }
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2025-09-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetResourceId }
    privateLinkServiceConnections: [
      {
        name: groupId
        properties: { privateLinkServiceId: targetResourceId, groupIds: [groupId] }
      }
    ]
  }
}

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-09-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      { name: groupId, properties: { privateDnsZoneId: zone.id } }
    ]
  }
}

@description('Resource id of the endpoint.')
output resourceId string = endpoint.id

targetScope = 'managementGroup'

metadata name = 'Roles on the estate, one management group'
metadata description = 'Two custom roles with exactly the actions the app uses, and their assignment. infra/estate/roles.json says which and why.'

@description('Required. Object id of the identity of the app.')
param principalId string

@description('Optional. reader: discovery, conversion, plans, verification. operator: waves, rules, connectors and rollback as well.')
@allowed(['reader', 'operator'])
param access string = 'reader'

var definitions = loadJsonContent('roles.json')

// Names of custom roles are unique in a tenant, so each management group has its own.
resource reader 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(managementGroup().id, definitions.reader.name)
  properties: {
    roleName: '${definitions.reader.name} (${managementGroup().name})'
    description: definitions.reader.description
    type: 'CustomRole'
    assignableScopes: [managementGroup().id]
    permissions: [
      { actions: map(definitions.reader.actions, one => one.action), notActions: [], dataActions: [], notDataActions: [] }
    ]
  }
}

resource operator 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(managementGroup().id, definitions.operator.name)
  properties: {
    roleName: '${definitions.operator.name} (${managementGroup().name})'
    description: definitions.operator.description
    type: 'CustomRole'
    assignableScopes: [managementGroup().id]
    permissions: [
      { actions: map(definitions.operator.actions, one => one.action), notActions: [], dataActions: [], notDataActions: [] }
    ]
  }
}

resource mayRead 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(managementGroup().id, principalId, reader.id)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: reader.id
  }
}

resource mayOperate 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (access == 'operator') {
  name: guid(managementGroup().id, principalId, operator.id)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: operator.id
  }
}

@description('Resource id of the role that reads.')
output readerRoleResourceId string = reader.id

@description('Resource id of the role that changes; used with the other.')
output operatorRoleResourceId string = operator.id

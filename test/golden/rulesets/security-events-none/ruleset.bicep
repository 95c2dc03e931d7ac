// Data collection rules for the workspace contoso-logs.
// Converted from its agent settings; the same settings always give the same text.
targetScope = 'resourceGroup'

@description('Region of the rules: the one of the workspace.')
param location string = 'westeurope'

@description('Workspace that the data goes to, as a resource id.')
param workspaceResourceId string = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/contoso-logs'

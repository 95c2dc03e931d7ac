// Data collection rules for the workspace contoso-logs.
// Converted from its agent settings; the same settings always give the same text.
targetScope = 'resourceGroup'

@description('Region of the rules: the one of the workspace.')
param location string = 'westeurope'

@description('Workspace that the data goes to, as a resource id.')
param workspaceResourceId string = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/contoso-logs'

resource linuxChangeTracking01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-linux-change-tracking-01'
  location: location
  kind: 'Linux'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '4ac5a18820d34c16'
  }
  properties: {
    description: 'Linux change-tracking, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      extensions: [
        {
          name: 'ChangeTracking-Linux'
          streams: [
            'Microsoft-ConfigurationChange'
            'Microsoft-ConfigurationChangeV2'
            'Microsoft-ConfigurationData'
          ]
          extensionName: 'ChangeTracking-Linux'
          extensionSettings: {
            enableFiles: true
            enableSoftware: true
            enableRegistry: false
            enableServices: false
            enableInventory: true
            fileSettings: {
              fileCollectionFrequency: 900
              fileInfo: [
                {
                  name: 'ChangeTrackingLinuxPath_etc'
                  enabled: true
                  destinationPath: '/etc/*.conf'
                  useSudo: true
                  recurse: true
                  maxContentsReturnable: 5000000
                  pathType: 'File'
                  type: 'File'
                  links: 'Follow'
                  maxOutputSize: 500000
                  groupTag: 'Recommended'
                }
                {
                  name: 'LinuxChangeTrackingPath_hosts'
                  enabled: true
                  destinationPath: '/etc/hosts'
                  useSudo: false
                  recurse: false
                  maxContentsReturnable: 5000000
                  pathType: 'File'
                  type: 'File'
                  links: 'Follow'
                  maxOutputSize: 500000
                  groupTag: 'Custom'
                }
              ]
            }
            softwareSettings: {
              softwareCollectionFrequency: 300
            }
            inventorySettings: {
              inventoryCollectionFrequency: 36000
            }
            servicesSettings: {
              serviceCollectionFrequency: 300
            }
          }
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-ConfigurationChange'
          'Microsoft-ConfigurationChangeV2'
          'Microsoft-ConfigurationData'
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

resource windowsChangeTracking01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-change-tracking-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '2706432b8db93e7b'
  }
  properties: {
    description: 'Windows change-tracking, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      extensions: [
        {
          name: 'ChangeTracking-Windows'
          streams: [
            'Microsoft-ConfigurationChange'
            'Microsoft-ConfigurationChangeV2'
            'Microsoft-ConfigurationData'
          ]
          extensionName: 'ChangeTracking-Windows'
          extensionSettings: {
            enableFiles: true
            enableSoftware: true
            enableRegistry: true
            enableServices: true
            enableInventory: true
            registrySettings: {
              registryCollectionFrequency: 3000
              registryInfo: [
                {
                  name: 'ChangeTrackingDefaultRegistry_Run'
                  groupTag: 'Recommended'
                  enabled: true
                  recurse: false
                  description: ''
                  keyName: 'HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Run'
                  valueName: ''
                }
                {
                  name: 'ChangeTrackingRegistry_off'
                  groupTag: 'Recommended'
                  enabled: false
                  recurse: false
                  description: ''
                  keyName: 'HKEY_LOCAL_MACHINE\\Software\\Contoso'
                  valueName: 'Version'
                }
              ]
            }
            fileSettings: {
              fileCollectionFrequency: 2700
              fileInfo: [
                {
                  name: 'ChangeTrackingPath_win'
                  enabled: true
                  description: ''
                  path: 'c:\\windows\\win.ini'
                  recurse: false
                  maxContentsReturnable: 5000000
                  maxOutputSize: 500000
                  pathType: 'File'
                  groupTag: 'Custom'
                }
                {
                  name: 'ChangeTrackingWindows_HostsFile'
                  enabled: true
                  description: ''
                  path: 'c:\\windows\\system32\\drivers\\etc\\hosts'
                  recurse: false
                  maxContentsReturnable: 5000000
                  maxOutputSize: 500000
                  checksum: 'Sha256'
                  pathType: 'File'
                  groupTag: 'Custom'
                }
              ]
            }
            softwareSettings: {
              softwareCollectionFrequency: 1800
            }
            inventorySettings: {
              inventoryCollectionFrequency: 36000
            }
            servicesSettings: {
              serviceCollectionFrequency: 1200
            }
          }
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-ConfigurationChange'
          'Microsoft-ConfigurationChangeV2'
          'Microsoft-ConfigurationData'
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

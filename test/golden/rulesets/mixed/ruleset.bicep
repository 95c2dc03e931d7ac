// Data collection rules for the workspace contoso-logs.
// Converted from its agent settings; the same settings always give the same text.
targetScope = 'resourceGroup'

@description('Region of the rules: the one of the workspace.')
param location string = 'westeurope'

@description('Workspace that the data goes to, as a resource id.')
param workspaceResourceId string = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/contoso-logs'

@description('Ingestion endpoint in the region of the rules, as a resource id.')
param dataCollectionEndpointId string

resource linuxVminsights01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-linux-vminsights-01'
  location: location
  kind: 'Linux'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '98f216314119be59'
  }
  properties: {
    description: 'Linux vminsights, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      performanceCounters: [
        {
          name: 'counters-60s'
          streams: [
            'Microsoft-InsightsMetrics'
          ]
          samplingFrequencyInSeconds: 60
          counterSpecifiers: [
            '\\VmInsights\\DetailedMetrics'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-InsightsMetrics'
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

resource linuxCounters01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-linux-counters-01'
  location: location
  kind: 'Linux'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: 'f4e2230137820811'
  }
  properties: {
    description: 'Linux counters, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      performanceCounters: [
        {
          name: 'counters-10s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 10
          counterSpecifiers: [
            'Logical Disk(*)\\% Used Inodes'
            'Logical Disk(*)\\% Used Space'
            'Logical Disk(*)\\Disk Reads/sec'
            'Logical Disk(*)\\Disk Transfers/sec'
            'Logical Disk(*)\\Disk Writes/sec'
            'Logical Disk(*)\\Free Megabytes'
            'Processor(*)\\% Privileged Time'
            'Processor(*)\\% Processor Time'
          ]
        }
        {
          name: 'counters-60s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 60
          counterSpecifiers: [
            'Memory(*)\\% Used Memory'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-Perf'
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

resource linuxDependencyMap01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-linux-dependency-map-01'
  location: location
  kind: 'Linux'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '3dcc1970673586da'
  }
  properties: {
    description: 'Linux dependency-map, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      extensions: [
        {
          name: 'DependencyAgent'
          streams: [
            'Microsoft-ServiceMap'
          ]
          extensionName: 'DependencyAgent'
          extensionSettings: {}
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-ServiceMap'
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

resource linuxLogs01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-linux-logs-01'
  location: location
  kind: 'Linux'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '938ed891d7ca30bc'
  }
  properties: {
    description: 'Linux logs, converted from the agent settings of workspace contoso-logs.'
    streamDeclarations: {
      'Custom-Input-sampleCustomLog1_AMA': {
        columns: [
          {
            name: 'TimeGenerated'
            type: 'datetime'
          }
          {
            name: 'RawData'
            type: 'string'
          }
          {
            name: 'FilePath'
            type: 'string'
          }
          {
            name: 'Computer'
            type: 'string'
          }
        ]
      }
    }
    dataSources: {
      logFiles: [
        {
          name: 'log-01-samplecustomlog1-ama'
          streams: [
            'Custom-Input-sampleCustomLog1_AMA'
          ]
          filePatterns: [
            '/var/log/app/*.log'
          ]
          format: 'text'
          settings: {
            text: {
              recordStartTimestampFormat: 'ISO 8601'
            }
          }
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Custom-Input-sampleCustomLog1_AMA'
        ]
        destinations: [
          'workspace'
        ]
        transformKql: 'source'
        outputStream: 'Custom-sampleCustomLog1_AMA_CL'
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

resource linuxCef01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-linux-cef-01'
  location: location
  kind: 'Linux'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '1974e94437bb1e66'
  }
  properties: {
    description: 'Linux cef, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      syslog: [
        {
          name: 'syslog-1'
          streams: [
            'Microsoft-CommonSecurityLog'
          ]
          facilityNames: [
            'local4'
          ]
          logLevels: [
            'Debug'
            'Info'
            'Notice'
            'Warning'
            'Error'
            'Critical'
            'Alert'
            'Emergency'
          ]
        }
        {
          name: 'syslog-2'
          streams: [
            'Microsoft-CommonSecurityLog'
          ]
          facilityNames: [
            'nopri'
          ]
          logLevels: [
            'Emergency'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-CommonSecurityLog'
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

resource linuxSyslog01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-linux-syslog-01'
  location: location
  kind: 'Linux'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: 'd7c9ba364dfb46d2'
  }
  properties: {
    description: 'Linux syslog, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      syslog: [
        {
          name: 'syslog-1'
          streams: [
            'Microsoft-Syslog'
          ]
          facilityNames: [
            'auth'
            'authpriv'
          ]
          logLevels: [
            'Info'
            'Notice'
            'Warning'
            'Error'
            'Critical'
            'Alert'
            'Emergency'
          ]
        }
        {
          name: 'syslog-2'
          streams: [
            'Microsoft-Syslog'
          ]
          facilityNames: [
            'kern'
          ]
          logLevels: [
            'Warning'
            'Error'
            'Critical'
            'Alert'
            'Emergency'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-Syslog'
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

resource windowsVminsights01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-vminsights-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: 'c1f4e615ad267d99'
  }
  properties: {
    description: 'Windows vminsights, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      performanceCounters: [
        {
          name: 'counters-60s'
          streams: [
            'Microsoft-InsightsMetrics'
          ]
          samplingFrequencyInSeconds: 60
          counterSpecifiers: [
            '\\VmInsights\\DetailedMetrics'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-InsightsMetrics'
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

resource windowsCounters01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-counters-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '1c0f9060eef241e7'
  }
  properties: {
    description: 'Windows counters, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      performanceCounters: [
        {
          name: 'counters-10s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 10
          counterSpecifiers: [
            '\\Memory\\Available MBytes'
            '\\Processor(_Total)\\% Processor Time'
          ]
        }
        {
          name: 'counters-60s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 60
          counterSpecifiers: [
            '\\LogicalDisk(*)\\% Free Space'
            '\\Network Adapter(*)\\Bytes Sent/sec'
          ]
        }
        {
          name: 'counters-300s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 300
          counterSpecifiers: [
            '\\SQLServer:Buffer Manager\\Page life expectancy'
          ]
        }
        {
          name: 'counters-1800s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 1800
          counterSpecifiers: [
            '\\System\\Processor Queue Length'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-Perf'
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

resource windowsEvents01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-events-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: 'db51f08f8a88f0a4'
  }
  properties: {
    description: 'Windows events, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      windowsEventLogs: [
        {
          name: 'events'
          streams: [
            'Microsoft-Event'
          ]
          xPathQueries: [
            'Application!*[System[(Level=1 or Level=2 or Level=3)]]'
            'Microsoft-Windows-PowerShell/Operational!*[System[(Level=4 or Level=0)]]'
            'System!*[System[(Level=1 or Level=2 or Level=3 or Level=4 or Level=0)]]'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-Event'
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

resource windowsSecurityEvents01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-security-events-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '4fa417f4fd072b47'
  }
  properties: {
    description: 'Windows security-events, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      windowsEventLogs: [
        {
          name: 'events'
          streams: [
            'Microsoft-SecurityEvent'
          ]
          xPathQueries: [
            'Microsoft-Windows-AppLocker/EXE and DLL!*[System[(EventID=8001) or (EventID=8002) or (EventID=8003) or (EventID=8004)]]'
            'Microsoft-Windows-AppLocker/MSI and Script!*[System[(EventID=8005) or (EventID=8006) or (EventID=8007)]]'
            'Security!*[System[(EventID=1) or (EventID=299) or (EventID=300) or (EventID=324) or (EventID=340) or (EventID=403) or (EventID=404) or (EventID=410) or (EventID=411) or (EventID=412) or (EventID=413) or (EventID=431) or (EventID=500) or (EventID=501) or (EventID=1100)]]'
            'Security!*[System[(EventID=1102) or (EventID=1107) or (EventID=1108) or (EventID=4608) or (EventID=4610) or (EventID=4611) or (EventID=4614) or (EventID=4622) or (EventID=4624) or (EventID=4625) or (EventID=4634) or (EventID=4647) or (EventID=4648) or (EventID=4649) or (EventID=4657)]]'
            'Security!*[System[(EventID=4661) or (EventID=4662) or (EventID=4663) or (EventID=4665) or (EventID=4666) or (EventID=4667) or (EventID=4688) or (EventID=4670) or (EventID=4672) or (EventID=4673) or (EventID=4674) or (EventID=4675) or (EventID=4689) or (EventID=4697) or (EventID=4700)]]'
            'Security!*[System[(EventID=4702) or (EventID=4704) or (EventID=4705) or (EventID=4716) or (EventID=4717) or (EventID=4718) or (EventID=4719) or (EventID=4720) or (EventID=4722) or (EventID=4723) or (EventID=4724) or (EventID=4725) or (EventID=4726) or (EventID=4727) or (EventID=4728)]]'
            'Security!*[System[(EventID=4729) or (EventID=4733) or (EventID=4732) or (EventID=4735) or (EventID=4737) or (EventID=4738) or (EventID=4739) or (EventID=4740) or (EventID=4742) or (EventID=4744) or (EventID=4745) or (EventID=4746) or (EventID=4750) or (EventID=4751) or (EventID=4752)]]'
            'Security!*[System[(EventID=4754) or (EventID=4755) or (EventID=4756) or (EventID=4757) or (EventID=4760) or (EventID=4761) or (EventID=4762) or (EventID=4764) or (EventID=4767) or (EventID=4768) or (EventID=4771) or (EventID=4774) or (EventID=4778) or (EventID=4779) or (EventID=4781)]]'
            'Security!*[System[(EventID=4793) or (EventID=4797) or (EventID=4798) or (EventID=4799) or (EventID=4800) or (EventID=4801) or (EventID=4802) or (EventID=4803) or (EventID=4825) or (EventID=4826) or (EventID=4870) or (EventID=4886) or (EventID=4887) or (EventID=4888) or (EventID=4893)]]'
            'Security!*[System[(EventID=4898) or (EventID=4902) or (EventID=4904) or (EventID=4905) or (EventID=4907) or (EventID=4931) or (EventID=4932) or (EventID=4933) or (EventID=4946) or (EventID=4948) or (EventID=4956) or (EventID=4985) or (EventID=5024) or (EventID=5033) or (EventID=5059)]]'
            'Security!*[System[(EventID=5136) or (EventID=5137) or (EventID=5140) or (EventID=5145) or (EventID=5632) or (EventID=6144) or (EventID=6145) or (EventID=6272) or (EventID=6273) or (EventID=6278) or (EventID=6416) or (EventID=6423) or (EventID=6424) or (EventID=8001) or (EventID=8002)]]'
            'Security!*[System[(EventID=8003) or (EventID=8004) or (EventID=8005) or (EventID=8006) or (EventID=8007) or (EventID=8222) or (EventID=26401) or (EventID=30004)]]'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-SecurityEvent'
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

resource windowsDependencyMap01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-dependency-map-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '9349d53a2c891d9b'
  }
  properties: {
    description: 'Windows dependency-map, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      extensions: [
        {
          name: 'DependencyAgent'
          streams: [
            'Microsoft-ServiceMap'
          ]
          extensionName: 'DependencyAgent'
          extensionSettings: {}
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-ServiceMap'
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

resource windowsDefenderSql01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-defender-sql-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: 'f3f939a4d7825489'
  }
  properties: {
    description: 'Windows defender-sql, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      extensions: [
        {
          name: 'MicrosoftDefenderForSQL'
          streams: [
            'Microsoft-DefenderForSqlAlerts'
            'Microsoft-DefenderForSqlLogins'
            'Microsoft-DefenderForSqlScanEvents'
            'Microsoft-DefenderForSqlScanResults'
            'Microsoft-DefenderForSqlTelemetry'
            'Microsoft-SqlAtpStatus-DefenderForSql'
          ]
          extensionName: 'MicrosoftDefenderForSQL'
          extensionSettings: {
            enableCollectionOfSqlQueriesForSecurityResearch: false
          }
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-DefenderForSqlAlerts'
          'Microsoft-DefenderForSqlLogins'
          'Microsoft-DefenderForSqlScanEvents'
          'Microsoft-DefenderForSqlScanResults'
          'Microsoft-DefenderForSqlTelemetry'
          'Microsoft-SqlAtpStatus-DefenderForSql'
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

resource windowsIis01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-iis-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '6fc0e51600522703'
  }
  properties: {
    description: 'Windows iis, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      iisLogs: [
        {
          name: 'iis'
          streams: [
            'Microsoft-W3CIISLog'
          ]
          logDirectories: []
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-W3CIISLog'
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

resource windowsLogs01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-logs-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '83fdf3435a7fedc8'
  }
  properties: {
    description: 'Windows logs, converted from the agent settings of workspace contoso-logs.'
    streamDeclarations: {
      'Custom-Input-armlog_timestamp_AMA': {
        columns: [
          {
            name: 'TimeGenerated'
            type: 'datetime'
          }
          {
            name: 'RawData'
            type: 'string'
          }
          {
            name: 'FilePath'
            type: 'string'
          }
          {
            name: 'Computer'
            type: 'string'
          }
        ]
      }
      'Custom-Input-sampleCustomLog1_AMA': {
        columns: [
          {
            name: 'TimeGenerated'
            type: 'datetime'
          }
          {
            name: 'RawData'
            type: 'string'
          }
          {
            name: 'FilePath'
            type: 'string'
          }
          {
            name: 'Computer'
            type: 'string'
          }
        ]
      }
    }
    dataSources: {
      logFiles: [
        {
          name: 'log-01-armlog-timestamp-ama'
          streams: [
            'Custom-Input-armlog_timestamp_AMA'
          ]
          filePatterns: [
            'c:\\Windows\\Logs\\*.txt'
          ]
          format: 'text'
          settings: {
            text: {
              recordStartTimestampFormat: 'YYYY-MM-DD HH:MM:SS'
            }
          }
        }
        {
          name: 'log-02-samplecustomlog1-ama'
          streams: [
            'Custom-Input-sampleCustomLog1_AMA'
          ]
          filePatterns: [
            'e:\\iis5\\*.log'
          ]
          format: 'text'
          settings: {
            text: {
              recordStartTimestampFormat: 'ISO 8601'
            }
          }
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Custom-Input-armlog_timestamp_AMA'
        ]
        destinations: [
          'workspace'
        ]
        transformKql: 'source | extend [\'TimeGenerated\'] = iif(isnull(todatetime(strcat(extract("([0-9]{4}-[0-9]{2}-[0-9]{2})[ \\\\t]([0-9]{1,2}:[0-9]{2}:[0-9]{2})", 1, RawData), "T", substring(strcat("0", extract("([0-9]{4}-[0-9]{2}-[0-9]{2})[ \\\\t]([0-9]{1,2}:[0-9]{2}:[0-9]{2})", 2, RawData)), strlen(extract("([0-9]{4}-[0-9]{2}-[0-9]{2})[ \\\\t]([0-9]{1,2}:[0-9]{2}:[0-9]{2})", 2, RawData)) - 7, 8)))), TimeGenerated, todatetime(strcat(extract("([0-9]{4}-[0-9]{2}-[0-9]{2})[ \\\\t]([0-9]{1,2}:[0-9]{2}:[0-9]{2})", 1, RawData), "T", substring(strcat("0", extract("([0-9]{4}-[0-9]{2}-[0-9]{2})[ \\\\t]([0-9]{1,2}:[0-9]{2}:[0-9]{2})", 2, RawData)), strlen(extract("([0-9]{4}-[0-9]{2}-[0-9]{2})[ \\\\t]([0-9]{1,2}:[0-9]{2}:[0-9]{2})", 2, RawData)) - 7, 8)))), [\'Level\'] = tostring(extract("\\\\s(INFO|WARN|ERROR)\\\\s", 1, RawData)), [\'Elapsed\'] = todouble(extract("took (\\\\d+)ms", 1, RawData))'
        outputStream: 'Custom-armlog_timestamp_AMA_CL'
      }
      {
        streams: [
          'Custom-Input-sampleCustomLog1_AMA'
        ]
        destinations: [
          'workspace'
        ]
        transformKql: 'source'
        outputStream: 'Custom-sampleCustomLog1_AMA_CL'
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

# Removes the Microsoft Monitoring Agent that was installed without an extension, by its own product code.
# It downloads nothing, and refuses while an Operations Manager management group uses the agent.
# It prints one line, its result as JSON; its exit code is 0 whenever it has a result.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Get-Products {
    $path = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'
    @(Get-ItemProperty -Path $path -ErrorAction SilentlyContinue | Where-Object {
        $_.PSChildName -match '^\{[0-9A-Fa-f-]{36}\}$' -and
        $_.PSObject.Properties['DisplayName'] -and
        $_.DisplayName -eq 'Microsoft Monitoring Agent'
    } | ForEach-Object { $_.PSChildName })
}

function Get-Agent {
    try { New-Object -ComObject 'AgentConfigManager.MgmtSvcCfg' } catch { $null }
}

function Get-Workspaces {
    $agent = Get-Agent
    if ($null -eq $agent) { return }
    @($agent.GetCloudWorkspaces()) | Where-Object { $_ } | ForEach-Object { $_.workspaceId.ToLowerInvariant() }
}

function Write-Result([string]$Result, [string]$Reason) {
    [ordered]@{
        schema = 1
        action = 'remove'
        result = $Result
        reason = $Reason
        before = @($before)
        after = @(Get-Workspaces)
    } | ConvertTo-Json -Compress
    exit 0
}

$before = @()
try {
    $before = @(Get-Workspaces)
    $products = @(Get-Products)
    if ($products.Count -eq 0) {
        if (Get-Service -Name 'HealthService' -ErrorAction SilentlyContinue) {
            Write-Result 'failed' 'productNotFound'
        }
        Write-Result 'absent' ''
    }

    # Without this object nobody knows whether Operations Manager needs the agent.
    $agent = Get-Agent
    if ($null -eq $agent) { Write-Result 'failed' 'agentUnreadable' }
    $groups = @(@($agent.GetManagementGroups()) | Where-Object { $_ })
    if ($groups.Count -gt 0) { Write-Result 'refused' 'scomAttached' }
    $agent = $null

    foreach ($product in $products) {
        $run = Start-Process -FilePath "$env:SystemRoot\System32\msiexec.exe" `
            -ArgumentList '/x', $product, '/qn', '/norestart' -Wait -PassThru
        # 1618: another installation is in progress. 1605: the product is gone. 3010: done, restart wanted.
        if ($run.ExitCode -eq 1618) { Write-Result 'failed' 'packageManagerLocked' }
        if (@(0, 1605, 3010) -notcontains $run.ExitCode) { Write-Result 'failed' "msiexec$($run.ExitCode)" }
    }
    if (@(Get-Products).Count -gt 0) { Write-Result 'failed' 'stillInstalled' }
    Write-Result 'removed' ''
} catch {
    Write-Result 'failed' $_.Exception.GetType().Name
}

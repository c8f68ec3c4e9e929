"""Component documents that AWS takes although they look odd: other notations, other platforms, literal braces."""

UNUSUAL: dict[str, str] = {}

UNUSUAL["braces in plain scalars"] = """\
schemaVersion: 1.0
parameters:
  - Host:
      type: string
      default: localhost
phases:
  - name: test
    steps:
      - name: Reach
        action: ExecuteBash
        inputs:
          commands:
            - ping -c 4 {{ Host }}
            - echo {{Host}} is up
"""

UNUSUAL["a placeholder that is never closed"] = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: InstallationType
        action: ExecuteBash
        inputs:
          commands:
            - echo global
      - name: Compare
        action: ExecuteBash
        inputs:
          commands:
            - |
              if [ '{{ build.InstallationType.outputs.stdout' == 'global' ]; then
                exit 1
              fi
"""

UNUSUAL["json text"] = """\
{
  "name": "json",
  "schemaVersion": "1.0",
  "phases": [
    {"name": "build", "steps": [
      {"name": "Hello", "action": "ExecuteBash", "timeoutSeconds": 60,
       "inputs": {"commands": ["echo \\"hello\\"", "echo caf\\u00e9"]}}
    ]}
  ]
}
"""

UNUSUAL["json indented with tabs"] = (
    '{\n\t"schemaVersion": "1.0",\n\t"phases": [\n\t\t{"name": "build", "steps": [\n\t\t\t'
    + ('{"name": "Hello", "action": "ExecuteBash", "inputs": {"commands": ["true"]}}\n\t\t]}\n\t]\n}\n')
)

UNUSUAL["schema version one as an integer"] = """\
schemaVersion: 1
phases:
  - name: test
    steps:
      - name: Always
        action: ExecuteBash
        inputs: {commands: ['true']}
"""

UNUSUAL["aliases and merge keys"] = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - &run
        name: First
        action: ExecuteBash
        inputs: &same
          commands: &commands
            - set -euo pipefail
            - uname -a
      - name: Second
        action: ExecuteBash
        inputs: *same
      - <<: *run
        name: Third
"""

UNUSUAL["a stand-alone document with a phase of its own"] = """\
schemaVersion: 1.0
phases:
  - name: verify
    steps:
      - name: Check
        action: ExecuteBash
        inputs: {commands: [test -f /etc/os-release]}
"""

UNUSUAL["the loop variable of no loop"] = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Literal
        action: ExecuteBash
        inputs:
          commands: ['echo "{{ loop.index }}"']
"""

UNUSUAL["windows"] = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Features
        action: ExecutePowerShell
        inputs:
          commands:
            - Install-WindowsFeature -Name Web-Server
            - $ErrorActionPreference = 'Stop'
      - name: FromFile
        action: ExecutePowerShell
        inputs: {file: 'C:\\setup\\run.ps1'}
      - name: Registry
        action: SetRegistry
        inputs:
          - {path: 'HKLM:\\SOFTWARE\\App', name: Version, value: '1.2', type: SZ}
      - name: Agent
        action: InstallMSI
        inputs:
          path: C:\\setup\\agent.msi
          reboot: Skip
          properties: {COMPANY: example}
"""

UNUSUAL["macos"] = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Brew
        action: ExecuteBash
        inputs: {commands: [/opt/homebrew/bin/brew install jq]}
      - name: Mode
        action: SetFolderPermissions
        inputs: [{path: /opt/app, permissions: 0755}]
"""

UNUSUAL["a byte order mark, windows line ends, no last line break"] = (
    "\ufeffschemaVersion: 1.0\r\nphases:\r\n  - name: build\r\n    steps:\r\n      - name: One\r\n"
    "        action: ExecuteBash\r\n        inputs:\r\n          commands:\r\n            - |\r\n"
    "              echo a\r\n              echo b"
)

UNUSUAL["nulls where nothing is given"] = """\
name:
description: ~
schemaVersion: 1.0
parameters:
constants: []
phases:
  - name: build
    steps:
      - name: Touch
        action: CreateFile
        inputs:
          - path: /etc/flag
            content:
"""

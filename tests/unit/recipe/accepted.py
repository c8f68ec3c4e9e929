"""Component documents of the kinds that people run on AWS, each with an idiom that a strict reader could trip over.

Written for these tests after the idioms of the reference; none is anybody's document.
"""

from tests.unit.recipe.accepted_unusual import UNUSUAL

ACCEPTED: dict[str, str] = {**UNUSUAL}

ACCEPTED["packages with unquoted version and colon-free commands"] = """\
name: Install packages
description: Refreshes the index and installs what the web tier needs
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Refresh
        action: ExecuteBash
        maxAttempts: 3
        inputs:
          commands:
            - apt-get update -q
      - name: Install
        action: ExecuteBash
        timeoutSeconds: 1800
        inputs:
          commands:
            - export DEBIAN_FRONTEND=noninteractive
            - apt-get install -y nginx curl jq
  - name: validate
    steps:
      - name: NginxIsThere
        action: ExecuteBash
        inputs:
          commands: ['nginx -v', "command -v jq"]
"""

ACCEPTED["octal modes, account ids and numbers without quotes"] = """\
schemaVersion: 1.0
constants:
  - Retries:
      type: string
      value: 1
phases:
  - name: build
    steps:
      - name: Key
        action: CreateFile
        inputs:
          - path: /etc/app/key
            content: 12345
            owner: 1000
            group: 0
            permissions: 0600
      - name: Fetch
        action: S3Download
        inputs:
          - source: s3://artifacts/app/*
            destination: /opt/app/
            expectedBucketOwner: 012345678901
            overwrite: false
      - name: Use
        action: ExecuteBash
        inputs:
          commands:
            - echo {{ Retries }} {{ build.Fetch.inputs[0].expectedBucketOwner }}
"""

ACCEPTED["then and else inside the map under not"] = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: InstallTar
        action: ExecuteBash
        if:
          not:
            binaryExists: tar
            then: Execute
            else: Skip
        inputs:
          commands: [apt-get install -y tar]
"""

ACCEPTED["a condition wrapped in a list of one"] = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Guard
        action: ExecuteBash
        if:
          - fileExists: /etc/app.conf
            then: Skip
        inputs:
          commands: [touch /etc/app.conf]
      - name: Negated
        action: Assert
        inputs:
          not:
            - folderExists: /srv/missing
"""

ACCEPTED["four levels of logic"] = """\
schemaVersion: 1.0
phases:
  - name: validate
    steps:
      - name: Deep
        action: Assert
        onFailure: Ignore
        inputs:
          and:
            - or:
                - not:
                    and:
                      - fileExists: /a
                      - fileExists: /b
                - stringIsEmpty: ''
            - stringIsWhitespace: ' '
"""

ACCEPTED["every comparison operator"] = """\
schemaVersion: '1.0'
phases:
  - name: validate
    steps:
      - name: Version
        action: ExecuteBash
        inputs:
          commands: [echo 2.10]
      - name: All
        action: Assert
        inputs:
          and:
            - {stringEquals: a, value: a}
            - {stringLessThan: b, value: a}
            - {stringLessThanEquals: b, value: a}
            - {stringGreaterThan: a, value: b}
            - {stringGreaterThanEquals: a, value: b}
            - {patternMatches: '^[0-9]+\\.[0-9]+$', value: '{{ validate.Version.outputs.stdout }}'}
            - {numberEquals: 2.1, value: '{{ validate.Version.outputs.stdout }}'}
            - {numberLessThan: 3, value: 2}
            - {numberLessThanEquals: 3, value: 3}
            - {numberGreaterThan: -1, value: 0}
            - {numberGreaterThanEquals: +1, value: 1}
            - {binaryExists: bash}
            - {fileExists: /etc/passwd}
            - {folderExists: /etc}
            - {fileMD5Equals: d41d8cd98f00b204e9800998ecf8427e, path: /dev/null}
            - {fileSHA1Equals: da39a3ee, path: /dev/null}
            - {fileSHA256Equals: e3b0c442, path: /dev/null}
            - {fileSHA512Equals: cf83e135, path: /dev/null}
"""

ACCEPTED["a loop over a list that holds references"] = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Find
        action: ListFiles
        inputs:
          - path: /opt/scripts/
            fileNamePattern: '*.sh'
      - name: Each
        action: ExecuteBash
        loop:
          name: Scripts
          forEach:
            - /opt/first.sh
            - "{{ build.Find.outputs.files }}"
        inputs:
          commands:
            - echo "{{ Scripts.index }} {{ loop.value }}"
            - bash {{ Scripts.value }}
"""

ACCEPTED["delimited loops with every way to write a line break"] = """\
schemaVersion: 1.0
parameters:
  - Hosts: {type: string, default: 'a,b'}
phases:
  - name: build
    steps:
      - name: Commas
        action: ExecuteBash
        loop: {forEach: {list: "{{ Hosts }}"}}
        inputs: {commands: ['echo {{ loop.value }}']}
      - name: Lines
        action: ExecuteBash
        loop:
          forEach:
            list: "{{ build.Commas.outputs.stdout }}"
            delimiter: "\\n"
        inputs: {commands: ['echo {{ loop.index }}']}
      - name: Written
        action: ExecuteBash
        loop: {forEach: {list: 'a b', delimiter: '\\n'}}
        inputs: {commands: [echo]}
      - name: Down
        action: ExecuteBash
        loop: {name: Count, for: {start: 10, end: 1, updateBy: -3}}
        inputs: {commands: ['echo {{ Count.value }}']}
"""

ACCEPTED["steps without inputs"] = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Update
        action: UpdateOS
      - name: Restart
        action: Reboot
  - name: test
    steps:
      - name: Again
        action: Reboot
        inputs:
          delaySeconds: 30
      - name: Partly
        action: UpdateOS
        inputs:
          include: [bash, openssl]
          exclude: [kernel]
"""

ACCEPTED["a map where a list is documented and the other way round"] = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Folder
        action: CreateFolder
        inputs:
          path: /srv/data
      - name: Run
        action: ExecuteBash
        inputs:
          - commands:
              - ls /srv/data
"""

ACCEPTED["downloads with checksum, spelled as people spell them"] = """\
schemaVersion: 1.0
parameters:
  - Release:
      type: string
      default: v1.2.3
      description: Tag of the release
      allowedValues: [v1.2.3, v1.3.0]
phases:
  - name: build
    steps:
      - name: Get
        action: WebDownload
        maxAttempts: 3
        inputs:
          - source: https://example.com/{{ Release }}/tool.tar.gz
            destination: /tmp/
            checksum: 0f343b0931126a20f133d67c2b018a3b
            algorithm: md5
            ignoreCertificateErrors: 'false'
      - name: Unpack
        action: ExecuteBinary
        inputs:
          path: /usr/bin/tar
          arguments:
            - xzf
            - "{{ build.Get.outputs[0].destination }}"
            - -C
            - /usr/local
"""

ACCEPTED["files in and out"] = """\
schemaVersion: 1.0
disableLogging: false
phases:
  - name: build
    disableLogging: true
    steps:
      - name: Motd
        action: CreateFile
        disableLogging: yes
        inputs:
          - path: /etc/motd
            content: |
              Welcome.
              Format strings such as {{.Names}} and {{ .State.Pid }} are docker's.
            encoding: UTF-8
            overwrite: true
          - path: /etc/empty
      - name: More
        action: AppendFile
        inputs:
          - path: '{{ build.Motd.inputs[1].path }}'
            content: "line\\n"
      - name: Link
        action: CreateSymlink
        inputs: [{path: /etc/motd2, target: /etc/motd, force: True}]
      - name: Owner
        action: SetFolderOwner
        inputs: [{path: /srv, owner: root, group: adm, recursive: no}]
      - name: Mode
        action: SetFilePermissions
        inputs: [{path: /etc/motd, permissions: 644}]
      - name: Read
        action: ReadFile
        inputs: [{path: /etc/motd, printFileContent: true}]
      - name: Clean
        action: DeleteFile
        onFailure: Ignore
        inputs: [{path: /tmp/app, force: true}]
"""

ACCEPTED["built-in references"] = """\
schemaVersion: 1.0
parameters:
  - SecretName: {type: string, default: /app/secret}
phases:
  - name: build
    steps:
      - name: Facts
        action: ExecuteBash
        inputs:
          commands:
            - echo {{ context:osName }} {{ context:osVersion }} {{context:date}} {{ context:step }}
            - echo {{ env:PROGRAM FILES(X86) }} {{ env:HOME }}
            - echo {{ aws:imds:instance-id }} {{ aws:imds:placement/region }}
            - echo {{ aws:ssm:/app/endpoint }} {{ aws:ssm:resolve(SecretName) }}
            - echo {{ aws:ssm:resolve(aws:ssm:/app/pointer) }}
"""

ACCEPTED["another document called in a loop"] = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Call
        action: ExecuteDocument
        timeoutSeconds: -1
        maxAttempts: 1
        loop: {for: {start: 1, end: 2, updateBy: 1}}
        inputs:
          document: arn:aws:imagebuilder:eu-west-1:123456789012:component/child/1.0.4/1
          document-s3-bucket-owner: 123456789012
          phases: build,validate
          parameters:
            - name: Number
              value: '{{ loop.value }}'
            - name: Empty
              value: ''
      - name: Result
        action: ExecuteBash
        inputs: {commands: ['echo {{ build.Call.outputs.status }}']}
"""

ACCEPTED["a step can be skipped and its output read"] = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Probe
        action: ExecuteBash
        if: {fileExists: /opt/probe, then: Execute, else: Skip}
        inputs: {commands: [/opt/probe]}
      - name: Reader
        action: ExecuteBash
        if:
          stringEquals: 'true'
          value: '{{ build.Probe.outputs.stdout }}'
          else: Abort
        inputs: {commands: [echo ok]}
"""

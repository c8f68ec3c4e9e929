"""Two good recipe files, and what people get wrong in them: where, and what they are told."""

UPDATE_LINUX = "arn:aws:imagebuilder:eu-west-1:aws:component/update-linux/x.x.x"

WEB = """\
schemaVersion: 1
name: web-server
imageRecipe:
  semanticVersion: 1.0.x
  parentImage: debian-12-x86
  components:
    - document: components/nginx.yml
      parameters: {Port: "80", Names: [a, b]}
    - componentArn: aws/update-linux/x.x.x
infrastructureConfiguration:
  instanceTypes: [t3.medium]
  instanceProfileName: Builder
distributions:
  - region: eu-central-1
    amiDistributionConfiguration: {name: "web {{ imagebuilder:buildDate }}", targetAccountIds: [012345678901]}
  - region: us-east-1
connections:
  aws: {imageRecipe: {parentImage: "ssm:/debian/latest"}}
  prod: {infrastructureConfiguration: {subnetId: subnet-1, securityGroupIds: [sg-1], instanceTypes: [c5.large]}}
"""

CONTAINER = """\
schemaVersion: 1
name: tool-image
containerRecipe:
  semanticVersion: 1.0.0
  parentImage: amazonlinux:latest
  targetRepository: {repositoryName: tools}
  dockerfileTemplateData: |
    FROM {{{ imagebuilder:parentImage }}}
    {{{ imagebuilder:environments }}}
    {{{ imagebuilder:components }}}
  components: [{componentArn: self/tool/1.x.x}]
infrastructureConfiguration: {instanceProfileName: Builder}
distributions:
  - region: eu-west-1
    containerDistributionConfiguration: {targetRepository: {repositoryName: tools, service: ECR}, containerTags: [v1]}
"""


CONNECTIONS = WEB[WEB.index("connections:") :]

#: What is replaced by what in `WEB`, the address of the one error, and a part of its message.
WRONG = {
    "an unknown key": ("name: web-server", "name: web-server\nimageRecipes: {}", "imageRecipes", "Unknown key"),
    "no name": ("name: web-server\n", "", "", "'name' is missing"),
    "another schema": ("schemaVersion: 1", "schemaVersion: 2", "schemaVersion", "'2' is not one of 1 or 1.0"),
    "a bad name": ("name: web-server", "name: web/server", "name", "cannot be the name"),
    "no version": ("  semanticVersion: 1.0.x\n", "", "imageRecipe", "'semanticVersion' is missing"),
    "a bad version": ("1.0.x", "1.x.0", "imageRecipe.semanticVersion", "not a semantic version"),
    "an EC2 image ARN": (
        "parentImage: debian-12-x86",
        "parentImage: arn:aws:ec2:eu-west-1::image/ami-12345678",
        "imageRecipe.parentImage",
        "is not an image of Image Builder",
    ),
    "a bad AMI id": (
        "parentImage: debian-12-x86",
        "parentImage: ami-xyz",
        "imageRecipe.parentImage",
        "not an AMI's id",
    ),
    "a document whose file name is no name": (
        "components/nginx.yml",
        "components/nginx.part.yml",
        "imageRecipe.components[0]",
        "'nginx.part', the document's file name, cannot be the name of a component",
    ),
    "a document above": ("components/nginx.yml", "../x.yml", "imageRecipe.components[0].document", "leads away"),
    "a document at the root": (
        "components/nginx.yml",
        "/etc/passwd",
        "imageRecipe.components[0].document",
        "leads away",
    ),
    "a document at home": ("components/nginx.yml", "~/x.yml", "imageRecipe.components[0].document", "leads away"),
    "a Windows path": ("components/nginx.yml", "C:/x.yml", "imageRecipe.components[0].document", "leads away"),
    "backslashes": ("components/nginx.yml", "..\\x.yml", "imageRecipe.components[0].document", "leads away"),
    "a component ARN without version": (
        "aws/update-linux/x.x.x",
        "aws/update-linux",
        "imageRecipe.components[1].componentArn",
        "does not name a component",
    ),
    "a component from nowhere": (
        "- componentArn: aws/update-linux/x.x.x",
        "- parameters: {A: b}",
        "imageRecipe.components[1]",
        "exactly one of",
    ),
    "a name for an existing component": (
        "- componentArn: aws/update-linux/x.x.x",
        "- componentArn: aws/update-linux/x.x.x\n      name: other",
        "imageRecipe.components[1]",
        "belongs to a 'document'",
    ),
    "a component twice": (
        "- document: components/nginx.yml",
        f"- componentArn: {UPDATE_LINUX}\n    - document: components/nginx.yml",
        "imageRecipe.components[2]",
        "at most once",
    ),
    "a region twice": ("us-east-1", "eu-central-1", "distributions[1].region", "listed twice"),
    "an unknown region": ("us-east-1", "us-esat-1", "distributions[1].region", "no region 'us-esat-1'"),
    "an AMI name without date": (
        "web {{ imagebuilder:buildDate }}",
        "web",
        "distributions[0].amiDistributionConfiguration.name",
        "must contain",
    ),
    "an account id with eleven digits": (
        "012345678901",
        "12345678901",
        "distributions[0].amiDistributionConfiguration.targetAccountIds[0]",
        "not an account id",
    ),
    "a container for an AMI": (
        "  - region: us-east-1",
        "  - region: us-east-1\n    containerDistributionConfiguration: {targetRepository: {repositoryName: abc}}",
        "distributions[1].containerDistributionConfiguration",
        "no container",
    ),
    "a subnet without groups": (
        "  instanceProfileName: Builder",
        "  instanceProfileName: Builder\n  subnetId: subnet-1",
        "infrastructureConfiguration",
        "needs 'securityGroupIds'",
    ),
    "a fifo topic": (
        "  instanceProfileName: Builder",
        "  instanceProfileName: Builder\n  snsTopicArn: arn:aws:sns:eu-west-1:123456789012:t.fifo",
        "infrastructureConfiguration.snsTopicArn",
        "standard SNS topic",
    ),
    "a reserved tag": (
        "  instanceProfileName: Builder",
        "  instanceProfileName: Builder\n  resourceTags: {Name: x}",
        "infrastructureConfiguration.resourceTags",
        "set by Image Builder",
    ),
    "a scalar for a map": (
        "schemaVersion: 1",
        "schemaVersion: 1\nschedule: daily",
        "schedule",
        "A map is expected",
    ),
    "a scalar for a list": (
        "[t3.medium]",
        "t3.medium",
        "infrastructureConfiguration.instanceTypes",
        "A list is expected",
    ),
    "different architectures": (
        "[t3.medium]",
        "[t3.medium, t4g.medium]",
        "infrastructureConfiguration.instanceTypes",
        "different architectures",
    ),
    "connections of a list": (CONNECTIONS, "connections: [aws]\n", "connections", "must be a map"),
}


#: Lines put behind the name in `WEB`, the address of the one error, and a part of its message.
LINES = {
    "a rate in the singular": (
        "schedule: {scheduleExpression: rate(1 days)}",
        "schedule.scheduleExpression",
        "not a rate",
    ),
    "cron with five fields": (
        'schedule: {scheduleExpression: "cron(0 2 * * 0)"}',
        "schedule.scheduleExpression",
        "five fields",
    ),
    "cron with two days": (
        'schedule: {scheduleExpression: "cron(0 2 1 * 2 *)"}',
        "schedule.scheduleExpression",
        "question mark",
    ),
    "cron without wrapper": ('schedule: {scheduleExpression: "0 2 ? * 2 *"}', "schedule.scheduleExpression", "neither"),
    "an hour too many": ('schedule: {scheduleExpression: "cron(0 24 ? * 2 *)"}', "schedule.scheduleExpression", "hour"),
    "an unknown time zone": (
        "schedule: {scheduleExpression: rate(1 day), timezone: Europe/Berln}",
        "schedule.timezone",
        "not an IANA time zone",
    ),
    "a schedule without expression": ("schedule: {timezone: UTC}", "schedule", "needs a 'scheduleExpression'"),
    "too patient tests": (
        "imageTestsConfiguration: {timeoutMinutes: 1441}",
        "imageTestsConfiguration.timeoutMinutes",
        "above 1440",
    ),
    "no boolean": ("enhancedImageMetadataEnabled: maybe", "enhancedImageMetadataEnabled", "true or false"),
    "no number": (
        "imageTestsConfiguration: {timeoutMinutes: an hour}",
        "imageTestsConfiguration.timeoutMinutes",
        "whole number",
    ),
    "a managed workflow with version": (
        "executionRole: r\nworkflows: [{workflowArn: aws/build/build-image/1.0.2}]",
        "workflows[0].workflowArn",
        "latest version 'x.x.x'",
    ),
    "two build workflows": (
        "executionRole: r\nworkflows: [{workflowArn: aws/build/a-b/x.x.x}, {workflowArn: aws/build/c-d/x.x.x}]",
        "workflows[1]",
        "at most one build",
    ),
    "a parallel build": (
        "executionRole: r\nworkflows: [{workflowArn: aws/build/a-b/x.x.x, parallelGroup: g}]",
        "workflows[0]",
        "test workflows only",
    ),
    "a workflow without type": ("executionRole: r\nworkflows: [{document: w.yml}]", "workflows[0]", "needs its 'type'"),
    "a scan without tests": (
        "imageScanningConfiguration: {imageScanningEnabled: true}\nimageTestsConfiguration: {imageTestsEnabled: false}",
        "imageScanningConfiguration.imageScanningEnabled",
        "needs image tests",
    ),
    "a condition without on-demand scan": (
        "imageScanningConfiguration: {scanResultCondition: {maximumSeverityLabel: HIGH}}",
        "imageScanningConfiguration.scanResultCondition",
        "ON_DEMAND_AMI_CVE",
    ),
    "an unknown word": ("status: enabled", "status", "'enabled' is not one of ENABLED or DISABLED"),
    "both kinds of recipe": ("containerRecipe: ~\nplatform: Linx", "platform", "is not one of Linux"),
}

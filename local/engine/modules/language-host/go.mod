module tenancy.local/engine/language-host

go 1.25.0

require (
	github.com/pulumi/pulumi/pkg/v3 v3.163.0
	github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3 v3.0.0-20250417110128-49fb14839a5a
	github.com/pulumi/pulumi/sdk/v3 v3.163.0
)

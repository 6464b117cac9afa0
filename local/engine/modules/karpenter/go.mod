module tenancy.local/engine/karpenter

go 1.26.4

require github.com/aws/karpenter-provider-aws v1.13.0

replace github.com/aws/aws-sdk-go-v2/service/timestreamwrite => github.com/aws/aws-sdk-go-v2/service/timestreamwrite v1.35.25

// Command pulumi-resource-kubernetes serves upstream's Kubernetes provider.
package main

import "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"

// version is set when linking: the version of pulumi_kubernetes that asks for this plugin.
var version string

func main() {
	schema := []byte(`{"name":"kubernetes","version":"` + version + `"}`)
	provider.Serve("kubernetes", version, schema, []byte("{}"))
}

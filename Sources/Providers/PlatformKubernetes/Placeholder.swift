// PlatformKubernetes

// PlatformKubernetesTests

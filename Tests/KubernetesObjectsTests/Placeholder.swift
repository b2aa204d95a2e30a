// KubernetesObjectsTests

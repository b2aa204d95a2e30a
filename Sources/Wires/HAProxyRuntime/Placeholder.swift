// HAProxyRuntime

/// The controllers that run in each embedded cluster, in a fixed order.
enum ControllerList {
    static func all(_ configuration: ControllerConfiguration) -> [any Controller] {
        [
            NamespaceController(),
            ServiceAccountController(),
            RootCertificatePublisher(certificate: configuration.rootCertificate),
            DeploymentController(),
            ReplicaSetController(),
            ReplicationControllerController(),
            EndpointsController(),
            EndpointSliceController(endpointsPerSliceMax: configuration.endpointsPerSliceMax),
            SliceMirroringController(),
            GarbageCollector(),
            PodCollector(),
        ]
    }
}

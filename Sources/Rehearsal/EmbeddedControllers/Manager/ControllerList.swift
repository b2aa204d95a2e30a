/// The controllers that run in each embedded cluster, in a fixed order.
enum ControllerList {
    static func all(_ configuration: ControllerConfiguration) -> [any Controller] {
        [
            NamespaceController(),
            NodeTaintController(),
            ServiceAccountController(),
            RootCertificatePublisher(certificate: configuration.rootCertificate),
            TokenController(certificate: configuration.rootCertificate),
            DeploymentController(),
            ReplicaSetController(),
            ReplicationControllerController(),
            StatefulSetController(),
            DaemonSetController(),
            JobController(),
            CronJobController(),
            EndpointsController(),
            EndpointSliceController(endpointsPerSliceMax: configuration.endpointsPerSliceMax),
            SliceMirroringController(),
            DisruptionController(),
            AutoscalerController(),
            QuotaController(),
            VolumeController(),
            VolumeProtectionController(),
            GarbageCollector(),
            PodCollector(),
        ]
    }
}

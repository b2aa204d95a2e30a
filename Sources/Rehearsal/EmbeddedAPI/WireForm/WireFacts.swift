// swift-format-ignore-file
// Read off the Go types of k8s.io/api 1.36 by hand; one definition a line. No script derives it: who
// takes up another version looks through the fields that it adds.

/// What OpenAPI does not tell: how the Go types of a server read and write each field.
///
/// A field that is not listed is left out when it is empty. Marks before a name:
/// `*` a pointer, kept however empty; `=` always written, zero when absent; `~` a list or map that
/// is written as null when absent; `+` a struct that is always written; `^` a time that is written
/// as null when absent; `0` a quantity that is written as "0" when absent.
enum WireFacts {
    static let table: StaticString = #"""
admissionregistration.v1.AuditAnnotation =key =valueExpression
admissionregistration.v1.ExpressionWarning =fieldRef =warning
admissionregistration.v1.MatchCondition =name =expression
admissionregistration.v1.MatchResources *matchPolicy
admissionregistration.v1.MutatingAdmissionPolicy +spec
admissionregistration.v1.MutatingAdmissionPolicyBinding +spec
admissionregistration.v1.MutatingAdmissionPolicySpec *failurePolicy
admissionregistration.v1.MutatingWebhook =name +clientConfig *failurePolicy *matchPolicy *sideEffects *timeoutSeconds ~admissionReviewVersions *reinvocationPolicy
admissionregistration.v1.Mutation =patchType
admissionregistration.v1.NamedRuleWithOperations *scope
admissionregistration.v1.ParamRef *parameterNotFoundAction
admissionregistration.v1.Rule *scope
admissionregistration.v1.RuleWithOperations *scope
admissionregistration.v1.ServiceReference =namespace =name *path *port
admissionregistration.v1.ValidatingAdmissionPolicy +spec +status
admissionregistration.v1.ValidatingAdmissionPolicyBinding +spec
admissionregistration.v1.ValidatingAdmissionPolicySpec *failurePolicy
admissionregistration.v1.ValidatingWebhook =name +clientConfig *failurePolicy *matchPolicy *sideEffects *timeoutSeconds ~admissionReviewVersions
admissionregistration.v1.Validation =expression *reason
admissionregistration.v1.Variable =name =expression
admissionregistration.v1.WebhookClientConfig *url
aggregator.apiregistration.v1.APIService +spec +status
aggregator.apiregistration.v1.APIServiceCondition =type =status ^lastTransitionTime
aggregator.apiregistration.v1.APIServiceSpec =groupPriorityMinimum =versionPriority
aggregator.apiregistration.v1.ServiceReference *port
apps.v1.ControllerRevision =revision
apps.v1.DaemonSet +spec +status
apps.v1.DaemonSetCondition =type =status ^lastTransitionTime
apps.v1.DaemonSetSpec +template +updateStrategy *revisionHistoryLimit
apps.v1.DaemonSetStatus =currentNumberScheduled =numberMisscheduled =desiredNumberScheduled =numberReady *collisionCount
apps.v1.Deployment +spec +status
apps.v1.DeploymentCondition =type =status ^lastUpdateTime ^lastTransitionTime
apps.v1.DeploymentSpec *replicas +template +strategy *revisionHistoryLimit *progressDeadlineSeconds
apps.v1.DeploymentStatus *terminatingReplicas *collisionCount
apps.v1.ReplicaSet +spec +status
apps.v1.ReplicaSetCondition =type =status ^lastTransitionTime
apps.v1.ReplicaSetSpec *replicas +template
apps.v1.ReplicaSetStatus =replicas *terminatingReplicas
apps.v1.RollingUpdateDaemonSet *maxUnavailable *maxSurge
apps.v1.RollingUpdateDeployment *maxUnavailable *maxSurge
apps.v1.RollingUpdateStatefulSetStrategy *partition *maxUnavailable
apps.v1.StatefulSet +spec +status
apps.v1.StatefulSetCondition =type =status ^lastTransitionTime
apps.v1.StatefulSetOrdinals =start
apps.v1.StatefulSetSpec *replicas +template =serviceName +updateStrategy *revisionHistoryLimit
apps.v1.StatefulSetStatus =replicas *collisionCount =availableReplicas
autoscaling.v1.ContainerResourceMetricSource =name *targetAverageUtilization *targetAverageValue =container
autoscaling.v1.ContainerResourceMetricStatus =name *currentAverageUtilization 0currentAverageValue =container
autoscaling.v1.CrossVersionObjectReference =kind =name
autoscaling.v1.ExternalMetricSource =metricName *targetValue *targetAverageValue
autoscaling.v1.ExternalMetricStatus =metricName 0currentValue *currentAverageValue
autoscaling.v1.HorizontalPodAutoscaler +spec +status
autoscaling.v1.HorizontalPodAutoscalerCondition =type =status ^lastTransitionTime
autoscaling.v1.HorizontalPodAutoscalerSpec +scaleTargetRef *minReplicas =maxReplicas *targetCPUUtilizationPercentage
autoscaling.v1.HorizontalPodAutoscalerStatus *observedGeneration =currentReplicas =desiredReplicas *currentCPUUtilizationPercentage
autoscaling.v1.MetricSpec =type
autoscaling.v1.MetricStatus =type
autoscaling.v1.ObjectMetricSource +target =metricName 0targetValue *averageValue
autoscaling.v1.ObjectMetricStatus +target =metricName 0currentValue *averageValue
autoscaling.v1.PodsMetricSource =metricName 0targetAverageValue
autoscaling.v1.PodsMetricStatus =metricName 0currentAverageValue
autoscaling.v1.ResourceMetricSource =name *targetAverageUtilization *targetAverageValue
autoscaling.v1.ResourceMetricStatus =name *currentAverageUtilization 0currentAverageValue
autoscaling.v1.Scale +spec +status
autoscaling.v1.ScaleStatus =replicas
autoscaling.v2.ContainerResourceMetricSource =name +target =container
autoscaling.v2.ContainerResourceMetricStatus =name +current =container
autoscaling.v2.CrossVersionObjectReference =kind =name
autoscaling.v2.ExternalMetricSource +metric +target
autoscaling.v2.ExternalMetricStatus +metric +current
autoscaling.v2.HPAScalingPolicy =type =value =periodSeconds
autoscaling.v2.HPAScalingRules *stabilizationWindowSeconds *selectPolicy *tolerance
autoscaling.v2.HorizontalPodAutoscaler +spec +status
autoscaling.v2.HorizontalPodAutoscalerCondition =type =status ^lastTransitionTime
autoscaling.v2.HorizontalPodAutoscalerSpec +scaleTargetRef *minReplicas =maxReplicas
autoscaling.v2.HorizontalPodAutoscalerStatus *observedGeneration =desiredReplicas ~currentMetrics
autoscaling.v2.MetricIdentifier =name
autoscaling.v2.MetricSpec =type
autoscaling.v2.MetricStatus =type
autoscaling.v2.MetricTarget =type *value *averageValue *averageUtilization
autoscaling.v2.MetricValueStatus *value *averageValue *averageUtilization
autoscaling.v2.ObjectMetricSource +describedObject +target +metric
autoscaling.v2.ObjectMetricStatus +metric +current +describedObject
autoscaling.v2.PodsMetricSource +metric +target
autoscaling.v2.PodsMetricStatus +metric +current
autoscaling.v2.ResourceMetricSource =name +target
autoscaling.v2.ResourceMetricStatus =name +current
batch.v1.CronJob +spec +status
batch.v1.CronJobSpec =schedule *timeZone *startingDeadlineSeconds *suspend +jobTemplate *successfulJobsHistoryLimit *failedJobsHistoryLimit
batch.v1.Job +spec +status
batch.v1.JobCondition =type =status ^lastProbeTime ^lastTransitionTime
batch.v1.JobSpec *parallelism *completions *activeDeadlineSeconds *backoffLimit *backoffLimitPerIndex *maxFailedIndexes *manualSelector +template *ttlSecondsAfterFinished *completionMode *suspend *podReplacementPolicy *managedBy
batch.v1.JobStatus *terminating *failedIndexes *ready
batch.v1.JobTemplateSpec +metadata +spec
batch.v1.PodFailurePolicy ~rules
batch.v1.PodFailurePolicyOnExitCodesRequirement *containerName =operator ~values
batch.v1.PodFailurePolicyOnPodConditionsPattern =type =status
batch.v1.PodFailurePolicyRule =action
batch.v1.SuccessPolicy ~rules
batch.v1.SuccessPolicyRule *succeededIndexes *succeededCount
certificates.v1.CertificateSigningRequest +spec +status
certificates.v1.CertificateSigningRequestCondition =type =status ^lastUpdateTime ^lastTransitionTime
certificates.v1.CertificateSigningRequestSpec ~request =signerName *expirationSeconds
coordination.v1.Lease +spec
coordination.v1.LeaseSpec *holderIdentity *leaseDurationSeconds *leaseTransitions *strategy *preferredHolder
core.v1.AWSElasticBlockStoreVolumeSource =volumeID
core.v1.AppArmorProfile =type *localhostProfile
core.v1.AttachedVolume =name =devicePath
core.v1.AzureDiskVolumeSource =diskName =diskURI *cachingMode *fsType *readOnly *kind
core.v1.AzureFilePersistentVolumeSource =secretName =shareName *secretNamespace
core.v1.AzureFileVolumeSource =secretName =shareName
core.v1.Binding +target
core.v1.CSIPersistentVolumeSource =driver =volumeHandle
core.v1.CSIVolumeSource =driver *readOnly *fsType
core.v1.CephFSPersistentVolumeSource ~monitors
core.v1.CephFSVolumeSource ~monitors
core.v1.CinderPersistentVolumeSource =volumeID
core.v1.CinderVolumeSource =volumeID
core.v1.ClientIPConfig *timeoutSeconds
core.v1.ClusterTrustBundleProjection *name *signerName *optional =path
core.v1.ComponentCondition =type =status
core.v1.ConfigMap *immutable
core.v1.ConfigMapEnvSource *optional
core.v1.ConfigMapKeySelector =key *optional
core.v1.ConfigMapNodeConfigSource =namespace =name =kubeletConfigKey
core.v1.ConfigMapProjection *optional
core.v1.ConfigMapVolumeSource *defaultMode *optional
core.v1.Container =name +resources *restartPolicy
core.v1.ContainerExtendedResourceRequest =containerName =resourceName =requestName
core.v1.ContainerImage ~names
core.v1.ContainerPort =containerPort
core.v1.ContainerResizePolicy =resourceName =restartPolicy
core.v1.ContainerStateRunning ^startedAt
core.v1.ContainerStateTerminated =exitCode ^startedAt ^finishedAt
core.v1.ContainerStatus =name +state +lastState =ready =restartCount =image =imageID *started *stopSignal
core.v1.DaemonEndpoint =Port
core.v1.DownwardAPIVolumeFile =path *mode
core.v1.DownwardAPIVolumeSource *defaultMode
core.v1.EmptyDirVolumeSource *sizeLimit
core.v1.EndpointAddress =ip *nodeName
core.v1.EndpointPort =port *appProtocol
core.v1.EnvVar =name
core.v1.EphemeralContainer =name +resources *restartPolicy
core.v1.EphemeralContainerCommon =name +resources *restartPolicy
core.v1.Event +involvedObject +source ^firstTimestamp ^lastTimestamp ^eventTime =reportingComponent =reportingInstance
core.v1.EventSeries ^lastObservedTime
core.v1.FCVolumeSource *lun
core.v1.FileKeySelector =volumeName =path =key *optional
core.v1.FlexPersistentVolumeSource =driver
core.v1.FlexVolumeSource =driver
core.v1.GCEPersistentDiskVolumeSource =pdName
core.v1.GRPCAction =port *service
core.v1.GitRepoVolumeSource =repository
core.v1.GlusterfsPersistentVolumeSource =endpoints =path *endpointsNamespace
core.v1.GlusterfsVolumeSource =endpoints =path
core.v1.HTTPGetAction *port
core.v1.HTTPHeader =name =value
core.v1.HostAlias =ip
core.v1.HostIP =ip
core.v1.HostPathVolumeSource =path *type
core.v1.ISCSIPersistentVolumeSource =targetPortal =iqn =lun *initiatorName
core.v1.ISCSIVolumeSource =targetPortal =iqn =lun *initiatorName
core.v1.KeyToPath =key =path *mode
core.v1.Lifecycle *stopSignal
core.v1.LimitRange +spec
core.v1.LimitRangeItem =type
core.v1.LimitRangeSpec ~limits
core.v1.LinuxContainerUser =uid =gid
core.v1.LoadBalancerIngress *ipMode
core.v1.LocalVolumeSource =path *fsType
core.v1.ModifyVolumeStatus =status
core.v1.NFSVolumeSource =server =path
core.v1.Namespace +spec +status
core.v1.NamespaceCondition =type =status ^lastTransitionTime
core.v1.Node +spec +status
core.v1.NodeAddress =type =address
core.v1.NodeAllocatableResourceClaimStatus =resourceClaimName ~resources
core.v1.NodeCondition =type =status ^lastHeartbeatTime ^lastTransitionTime
core.v1.NodeDaemonEndpoints +kubeletEndpoint
core.v1.NodeFeatures *supplementalGroupsPolicy
core.v1.NodeRuntimeHandler =name
core.v1.NodeRuntimeHandlerFeatures *recursiveReadOnlyMounts *userNamespaces
core.v1.NodeSelector ~nodeSelectorTerms
core.v1.NodeSelectorRequirement =key =operator
core.v1.NodeStatus +daemonEndpoints +nodeInfo
core.v1.NodeSwapStatus *capacity
core.v1.NodeSystemInfo =machineID =systemUUID =bootID =kernelVersion =osImage =containerRuntimeVersion =kubeletVersion =kubeProxyVersion =operatingSystem =architecture
core.v1.ObjectFieldSelector =fieldPath
core.v1.PersistentVolume +spec +status
core.v1.PersistentVolumeClaim +metadata +spec +status
core.v1.PersistentVolumeClaimCondition =type =status ^lastProbeTime ^lastTransitionTime
core.v1.PersistentVolumeClaimSpec +resources *storageClassName *volumeMode *volumeAttributesClassName
core.v1.PersistentVolumeClaimStatus *currentVolumeAttributesClassName
core.v1.PersistentVolumeClaimTemplate +metadata +spec
core.v1.PersistentVolumeClaimVolumeSource =claimName
core.v1.PersistentVolumeSpec *volumeMode *volumeAttributesClassName
core.v1.PhotonPersistentDiskVolumeSource =pdID
core.v1.Pod +spec +status
core.v1.PodAffinityTerm =topologyKey
core.v1.PodCertificateProjection *maxExpirationSeconds
core.v1.PodCondition =type =status ^lastProbeTime ^lastTransitionTime
core.v1.PodDNSConfigOption *value
core.v1.PodExtendedResourceClaimStatus ~requestMappings =resourceClaimName
core.v1.PodIP =ip
core.v1.PodOS =name
core.v1.PodReadinessGate =conditionType
core.v1.PodResourceClaim =name *resourceClaimName *resourceClaimTemplateName
core.v1.PodResourceClaimStatus =name *resourceClaimName
core.v1.PodSchedulingGate =name
core.v1.PodSchedulingGroup *podGroupName
core.v1.PodSecurityContext *runAsUser *runAsGroup *runAsNonRoot *supplementalGroupsPolicy *fsGroup *fsGroupChangePolicy *seLinuxChangePolicy
core.v1.PodSpec ~containers *terminationGracePeriodSeconds *activeDeadlineSeconds *automountServiceAccountToken *shareProcessNamespace *priority *runtimeClassName *enableServiceLinks *preemptionPolicy *setHostnameAsFQDN *hostUsers *hostnameOverride
core.v1.PodStatusResult +status
core.v1.PodTemplate +template
core.v1.PodTemplateSpec +metadata +spec
core.v1.PortStatus =port =protocol *error
core.v1.PortworxVolumeSource =volumeID
core.v1.Preconditions *uid
core.v1.PreferAvoidPodsEntry +podSignature ^evictionTime
core.v1.PreferredSchedulingTerm =weight +preference
core.v1.Probe *terminationGracePeriodSeconds
core.v1.ProjectedVolumeSource ~sources *defaultMode
core.v1.QuobyteVolumeSource =registry =volume
core.v1.RBDPersistentVolumeSource ~monitors =image
core.v1.RBDVolumeSource ~monitors =image
core.v1.RangeAllocation =range ~data
core.v1.ReplicationController +spec +status
core.v1.ReplicationControllerCondition =type =status ^lastTransitionTime
core.v1.ReplicationControllerSpec *replicas
core.v1.ReplicationControllerStatus =replicas
core.v1.ResourceClaim =name
core.v1.ResourceFieldSelector =resource 0divisor
core.v1.ResourceHealth =resourceID *message
core.v1.ResourceQuota +spec +status
core.v1.ResourceStatus =name
core.v1.ScaleIOPersistentVolumeSource =gateway =system
core.v1.ScaleIOVolumeSource =gateway =system
core.v1.ScopedResourceSelectorRequirement =scopeName =operator
core.v1.SeccompProfile =type *localhostProfile
core.v1.Secret *immutable
core.v1.SecretEnvSource *optional
core.v1.SecretKeySelector =key *optional
core.v1.SecretProjection *optional
core.v1.SecretVolumeSource *defaultMode *optional
core.v1.SecurityContext *privileged *runAsUser *runAsGroup *runAsNonRoot *readOnlyRootFilesystem *allowPrivilegeEscalation *procMount
core.v1.SerializedReference +reference
core.v1.Service +spec +status
core.v1.ServiceAccount *automountServiceAccountToken
core.v1.ServiceAccountTokenProjection *expirationSeconds =path
core.v1.ServicePort *appProtocol =port *targetPort
core.v1.ServiceSpec *ipFamilyPolicy *allocateLoadBalancerNodePorts *loadBalancerClass *internalTrafficPolicy *trafficDistribution
core.v1.ServiceStatus +loadBalancer
core.v1.SleepAction =seconds
core.v1.Sysctl =name =value
core.v1.TCPSocketAction *port
core.v1.Taint =key =effect
core.v1.Toleration *tolerationSeconds
core.v1.TopologySelectorLabelRequirement =key ~values
core.v1.TopologySpreadConstraint =maxSkew =topologyKey =whenUnsatisfiable *minDomains *nodeAffinityPolicy *nodeTaintsPolicy
core.v1.TypedLocalObjectReference *apiGroup =kind =name
core.v1.TypedObjectReference *apiGroup =kind =name *namespace
core.v1.Volume =name
core.v1.VolumeDevice =name =devicePath
core.v1.VolumeMount =name *recursiveReadOnly =mountPath *mountPropagation
core.v1.VolumeMountStatus =name =mountPath *recursiveReadOnly
core.v1.VsphereVirtualDiskVolumeSource =volumePath
core.v1.WeightedPodAffinityTerm =weight +podAffinityTerm
crd.apiextensions.v1.ConversionRequest =uid =desiredAPIVersion ~objects
crd.apiextensions.v1.ConversionResponse =uid ~convertedObjects +result
crd.apiextensions.v1.CustomResourceColumnDefinition =name =type =jsonPath
crd.apiextensions.v1.CustomResourceConversion =strategy
crd.apiextensions.v1.CustomResourceDefinition +spec +status
crd.apiextensions.v1.CustomResourceDefinitionCondition =type =status ^lastTransitionTime
crd.apiextensions.v1.CustomResourceDefinitionNames =plural =kind
crd.apiextensions.v1.CustomResourceDefinitionSpec =group +names =scope ~versions
crd.apiextensions.v1.CustomResourceDefinitionStatus ~conditions +acceptedNames ~storedVersions
crd.apiextensions.v1.CustomResourceDefinitionVersion =name =served =storage *deprecationWarning
crd.apiextensions.v1.CustomResourceSubresourceScale =specReplicasPath =statusReplicasPath *labelSelectorPath
crd.apiextensions.v1.JSONSchemaProps *$ref *maximum *minimum *maxLength *minLength *maxItems *minItems *multipleOf *maxProperties *minProperties *x-kubernetes-preserve-unknown-fields *x-kubernetes-list-type *x-kubernetes-map-type
crd.apiextensions.v1.SelectableField =jsonPath
crd.apiextensions.v1.ServiceReference =namespace =name *path *port
crd.apiextensions.v1.ValidationRule =rule *reason *optionalOldSelf
crd.apiextensions.v1.WebhookClientConfig *url
crd.apiextensions.v1.WebhookConversion ~conversionReviewVersions
discovery.v1.Endpoint ~addresses +conditions *hostname *nodeName *zone
discovery.v1.EndpointConditions *ready *serving *terminating
discovery.v1.EndpointPort *name *protocol *port *appProtocol
discovery.v1.EndpointSlice =addressType ~endpoints ~ports
discovery.v1.ForNode =name
discovery.v1.ForZone =name
events.v1.Event ^eventTime +regarding +deprecatedSource ^deprecatedFirstTimestamp ^deprecatedLastTimestamp
events.v1.EventSeries =count ^lastObservedTime
meta.v1.Condition =type =status ^lastTransitionTime =reason =message
meta.v1.FieldSelectorRequirement =key =operator
meta.v1.LabelSelectorRequirement =key =operator
meta.v1.ObjectMeta *deletionGracePeriodSeconds
meta.v1.OwnerReference =apiVersion =kind =name =uid *controller *blockOwnerDeletion
networking.v1.HTTPIngressPath *pathType +backend
networking.v1.HTTPIngressRuleValue ~paths
networking.v1.IPAddress +spec
networking.v1.IPBlock =cidr
networking.v1.Ingress +spec +status
networking.v1.IngressClass +spec
networking.v1.IngressClassParametersReference *apiGroup =kind =name *scope *namespace
networking.v1.IngressPortStatus =port =protocol *error
networking.v1.IngressServiceBackend =name +port
networking.v1.IngressSpec *ingressClassName
networking.v1.IngressStatus +loadBalancer
networking.v1.NetworkPolicy +spec
networking.v1.NetworkPolicyPort *protocol *port *endPort
networking.v1.NetworkPolicySpec +podSelector
networking.v1.ServiceCIDR +spec +status
node.v1.RuntimeClass =handler
policy.v1.PodDisruptionBudget +spec +status
policy.v1.PodDisruptionBudgetSpec *minAvailable *maxUnavailable *unhealthyPodEvictionPolicy
policy.v1.PodDisruptionBudgetStatus =disruptionsAllowed =currentHealthy =desiredHealthy =expectedPods
rbac.v1.ClusterRole ~rules
rbac.v1.ClusterRoleBinding +roleRef
rbac.v1.PolicyRule ~verbs
rbac.v1.Role ~rules
rbac.v1.RoleBinding +roleRef
rbac.v1.RoleRef =apiGroup =kind =name
rbac.v1.Subject =kind =name
scheduling.v1.PriorityClass =value
storage.v1.CSIDriver +spec
storage.v1.CSIDriverSpec *attachRequired *podInfoOnMount *storageCapacity *fsGroupPolicy *requiresRepublish *seLinuxMount *nodeAllocatableUpdatePeriodSeconds *serviceAccountTokenInSecrets *preventPodSchedulingIfMissing
storage.v1.CSINode +spec
storage.v1.CSINodeDriver =name =nodeID ~topologyKeys
storage.v1.CSINodeSpec ~drivers
storage.v1.CSIStorageCapacity =storageClassName *capacity *maximumVolumeSize
storage.v1.StorageClass =provisioner *reclaimPolicy *allowVolumeExpansion *volumeBindingMode
storage.v1.TokenRequest =audience *expirationSeconds
storage.v1.VolumeAttachment +spec +status
storage.v1.VolumeAttachmentSource *persistentVolumeName
storage.v1.VolumeAttachmentSpec =attacher +source =nodeName
storage.v1.VolumeAttachmentStatus =attached
storage.v1.VolumeAttributesClass =driverName
storage.v1.VolumeError ^time *errorCode
storage.v1.VolumeNodeResources *count
"""#
}

// swift-format-ignore-file
// Written by Scripts/derive-schema; do not edit.

/// The types of the built-in kinds, one definition a line; `SchemaTable` reads it.
enum BuiltInDefinitions {
    /// The short form of each package's name and the form that OpenAPI has.
    static let prefixes: [(short: String, full: String)] = [
        ("", "io.k8s.api."),
        ("meta.", "io.k8s.apimachinery.pkg.apis.meta."),
        ("resource.", "io.k8s.apimachinery.pkg.api.resource."),
        ("intstr.", "io.k8s.apimachinery.pkg.util.intstr."),
        ("runtime.", "io.k8s.apimachinery.pkg.runtime."),
        ("version.", "io.k8s.apimachinery.pkg.version."),
        ("crd.", "io.k8s.apiextensions-apiserver.pkg.apis."),
        ("aggregator.", "io.k8s.kube-aggregator.pkg.apis."),
    ]

    /// See `Scripts/derive-schema` for the form.
    static let table: StaticString = #"""
admissionregistration.v1.ApplyConfiguration		expression:s
admissionregistration.v1.AuditAnnotation		key:s! valueExpression:s!
admissionregistration.v1.ExpressionWarning		fieldRef:s! warning:s!
admissionregistration.v1.JSONPatch		expression:s
admissionregistration.v1.MatchCondition		expression:s! name:s!
admissionregistration.v1.MatchResources	a	excludeResourceRules:[@admissionregistration.v1.NamedRuleWithOperations%a matchPolicy:s namespaceSelector:@meta.v1.LabelSelector objectSelector:@meta.v1.LabelSelector resourceRules:[@admissionregistration.v1.NamedRuleWithOperations%a
admissionregistration.v1.MutatingAdmissionPolicy	g:admissionregistration.k8s.io/v1/MutatingAdmissionPolicy L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@admissionregistration.v1.MutatingAdmissionPolicySpec~
admissionregistration.v1.MutatingAdmissionPolicyBinding	g:admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@admissionregistration.v1.MutatingAdmissionPolicyBindingSpec~
admissionregistration.v1.MutatingAdmissionPolicyBindingSpec		matchResources:@admissionregistration.v1.MatchResources paramRef:@admissionregistration.v1.ParamRef policyName:s
admissionregistration.v1.MutatingAdmissionPolicySpec		failurePolicy:s matchConditions:[@admissionregistration.v1.MatchCondition%m(name)%p(merge)%k(name) matchConstraints:@admissionregistration.v1.MatchResources mutations:[@admissionregistration.v1.Mutation%a paramKind:@admissionregistration.v1.ParamKind reinvocationPolicy:s variables:[@admissionregistration.v1.Variable%a
admissionregistration.v1.MutatingWebhook		admissionReviewVersions:[s%a! clientConfig:@admissionregistration.v1.WebhookClientConfig!~ failurePolicy:s matchConditions:[@admissionregistration.v1.MatchCondition%m(name)%p(merge)%k(name) matchPolicy:s name:s! namespaceSelector:@meta.v1.LabelSelector objectSelector:@meta.v1.LabelSelector reinvocationPolicy:s rules:[@admissionregistration.v1.RuleWithOperations%a sideEffects:s! timeoutSeconds:i
admissionregistration.v1.MutatingWebhookConfiguration	g:admissionregistration.k8s.io/v1/MutatingWebhookConfiguration L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ webhooks:[@admissionregistration.v1.MutatingWebhook%m(name)%p(merge)%k(name)
admissionregistration.v1.Mutation		applyConfiguration:@admissionregistration.v1.ApplyConfiguration jsonPatch:@admissionregistration.v1.JSONPatch patchType:s!
admissionregistration.v1.NamedRuleWithOperations	a	apiGroups:[s%a apiVersions:[s%a operations:[s%a resourceNames:[s%a resources:[s%a scope:s
admissionregistration.v1.ParamKind	a	apiVersion:s kind:s
admissionregistration.v1.ParamRef	a	name:s namespace:s parameterNotFoundAction:s selector:@meta.v1.LabelSelector
admissionregistration.v1.RuleWithOperations		apiGroups:[s%a apiVersions:[s%a operations:[s%a resources:[s%a scope:s
admissionregistration.v1.ServiceReference		name:s! namespace:s! path:s port:i
admissionregistration.v1.TypeChecking		expressionWarnings:[@admissionregistration.v1.ExpressionWarning%a
admissionregistration.v1.ValidatingAdmissionPolicy	g:admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@admissionregistration.v1.ValidatingAdmissionPolicySpec~ status:@admissionregistration.v1.ValidatingAdmissionPolicyStatus~
admissionregistration.v1.ValidatingAdmissionPolicyBinding	g:admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec!~
admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec		matchResources:@admissionregistration.v1.MatchResources paramRef:@admissionregistration.v1.ParamRef policyName:s! validationActions:[s%s!
admissionregistration.v1.ValidatingAdmissionPolicySpec		auditAnnotations:[@admissionregistration.v1.AuditAnnotation%a failurePolicy:s matchConditions:[@admissionregistration.v1.MatchCondition%m(name)%p(merge)%k(name) matchConstraints:@admissionregistration.v1.MatchResources paramKind:@admissionregistration.v1.ParamKind validations:[@admissionregistration.v1.Validation%a variables:[@admissionregistration.v1.Variable%m(name)%p(merge)%k(name)
admissionregistration.v1.ValidatingAdmissionPolicyStatus		conditions:[@meta.v1.Condition%m(type) observedGeneration:l typeChecking:@admissionregistration.v1.TypeChecking
admissionregistration.v1.ValidatingWebhook		admissionReviewVersions:[s%a! clientConfig:@admissionregistration.v1.WebhookClientConfig!~ failurePolicy:s matchConditions:[@admissionregistration.v1.MatchCondition%m(name)%p(merge)%k(name) matchPolicy:s name:s! namespaceSelector:@meta.v1.LabelSelector objectSelector:@meta.v1.LabelSelector rules:[@admissionregistration.v1.RuleWithOperations%a sideEffects:s! timeoutSeconds:i
admissionregistration.v1.ValidatingWebhookConfiguration	g:admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ webhooks:[@admissionregistration.v1.ValidatingWebhook%m(name)%p(merge)%k(name)
admissionregistration.v1.Validation		expression:s! message:s messageExpression:s reason:s
admissionregistration.v1.Variable	a	expression:s! name:s!
admissionregistration.v1.WebhookClientConfig		caBundle:y service:@admissionregistration.v1.ServiceReference url:s
aggregator.apiregistration.v1.APIService	g:apiregistration.k8s.io/v1/APIService L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@aggregator.apiregistration.v1.APIServiceSpec~ status:@aggregator.apiregistration.v1.APIServiceStatus~
aggregator.apiregistration.v1.APIServiceCondition		lastTransitionTime:t message:s reason:s status:s! type:s!
aggregator.apiregistration.v1.APIServiceSpec		caBundle:y%a group:s groupPriorityMinimum:i! insecureSkipTLSVerify:b service:@aggregator.apiregistration.v1.ServiceReference version:s versionPriority:i!
aggregator.apiregistration.v1.APIServiceStatus		conditions:[@aggregator.apiregistration.v1.APIServiceCondition%m(type)%p(merge)%k(type)
aggregator.apiregistration.v1.ServiceReference		name:s namespace:s port:i
apps.v1.ControllerRevision	g:apps/v1/ControllerRevision L	apiVersion:s data:x kind:s metadata:@meta.v1.ObjectMeta~ revision:l!
apps.v1.DaemonSet	g:apps/v1/DaemonSet L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@apps.v1.DaemonSetSpec~ status:@apps.v1.DaemonSetStatus~
apps.v1.DaemonSetCondition		lastTransitionTime:t message:s reason:s status:s! type:s!
apps.v1.DaemonSetSpec		minReadySeconds:i revisionHistoryLimit:i selector:@meta.v1.LabelSelector! template:@core.v1.PodTemplateSpec!~ updateStrategy:@apps.v1.DaemonSetUpdateStrategy~
apps.v1.DaemonSetStatus		collisionCount:i conditions:[@apps.v1.DaemonSetCondition%m(type)%p(merge)%k(type) currentNumberScheduled:i! desiredNumberScheduled:i! numberAvailable:i numberMisscheduled:i! numberReady:i! numberUnavailable:i observedGeneration:l updatedNumberScheduled:i
apps.v1.DaemonSetUpdateStrategy		rollingUpdate:@apps.v1.RollingUpdateDaemonSet type:s
apps.v1.Deployment	g:apps/v1/Deployment L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@apps.v1.DeploymentSpec~ status:@apps.v1.DeploymentStatus~
apps.v1.DeploymentCondition		lastTransitionTime:t lastUpdateTime:t message:s reason:s status:s! type:s!
apps.v1.DeploymentSpec		minReadySeconds:i paused:b progressDeadlineSeconds:i replicas:i revisionHistoryLimit:i selector:@meta.v1.LabelSelector! strategy:@apps.v1.DeploymentStrategy%p(retainKeys)~ template:@core.v1.PodTemplateSpec!~
apps.v1.DeploymentStatus		availableReplicas:i collisionCount:i conditions:[@apps.v1.DeploymentCondition%m(type)%p(merge)%k(type) observedGeneration:l readyReplicas:i replicas:i terminatingReplicas:i unavailableReplicas:i updatedReplicas:i
apps.v1.DeploymentStrategy		rollingUpdate:@apps.v1.RollingUpdateDeployment type:s
apps.v1.ReplicaSet	g:apps/v1/ReplicaSet L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@apps.v1.ReplicaSetSpec~ status:@apps.v1.ReplicaSetStatus~
apps.v1.ReplicaSetCondition		lastTransitionTime:t message:s reason:s status:s! type:s!
apps.v1.ReplicaSetSpec		minReadySeconds:i replicas:i selector:@meta.v1.LabelSelector! template:@core.v1.PodTemplateSpec~
apps.v1.ReplicaSetStatus		availableReplicas:i conditions:[@apps.v1.ReplicaSetCondition%m(type)%p(merge)%k(type) fullyLabeledReplicas:i observedGeneration:l readyReplicas:i replicas:i! terminatingReplicas:i
apps.v1.RollingUpdateDaemonSet		maxSurge:is maxUnavailable:is
apps.v1.RollingUpdateDeployment		maxSurge:is maxUnavailable:is
apps.v1.RollingUpdateStatefulSetStrategy		maxUnavailable:is partition:i
apps.v1.StatefulSet	g:apps/v1/StatefulSet L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@apps.v1.StatefulSetSpec~ status:@apps.v1.StatefulSetStatus~
apps.v1.StatefulSetCondition		lastTransitionTime:t message:s reason:s status:s! type:s!
apps.v1.StatefulSetOrdinals		start:i
apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy		whenDeleted:s whenScaled:s
apps.v1.StatefulSetSpec		minReadySeconds:i ordinals:@apps.v1.StatefulSetOrdinals persistentVolumeClaimRetentionPolicy:@apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy podManagementPolicy:s replicas:i revisionHistoryLimit:i selector:@meta.v1.LabelSelector! serviceName:s template:@core.v1.PodTemplateSpec!~ updateStrategy:@apps.v1.StatefulSetUpdateStrategy~ volumeClaimTemplates:[@core.v1.PersistentVolumeClaim%a
apps.v1.StatefulSetStatus		availableReplicas:i collisionCount:i conditions:[@apps.v1.StatefulSetCondition%m(type)%p(merge)%k(type) currentReplicas:i currentRevision:s observedGeneration:l readyReplicas:i replicas:i! updateRevision:s updatedReplicas:i
apps.v1.StatefulSetUpdateStrategy		rollingUpdate:@apps.v1.RollingUpdateStatefulSetStrategy type:s
authentication.v1.BoundObjectReference		apiVersion:s kind:s name:s uid:s
authentication.v1.SelfSubjectReview	g:authentication.k8s.io/v1/SelfSubjectReview	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ status:@authentication.v1.SelfSubjectReviewStatus~
authentication.v1.SelfSubjectReviewStatus		userInfo:@authentication.v1.UserInfo~
authentication.v1.TokenRequest	g:authentication.k8s.io/v1/TokenRequest	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@authentication.v1.TokenRequestSpec~ status:@authentication.v1.TokenRequestStatus~
authentication.v1.TokenRequestSpec		audiences:[s%a boundObjectRef:@authentication.v1.BoundObjectReference expirationSeconds:l
authentication.v1.TokenRequestStatus		expirationTimestamp:t token:s
authentication.v1.TokenReview	g:authentication.k8s.io/v1/TokenReview	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@authentication.v1.TokenReviewSpec!~ status:@authentication.v1.TokenReviewStatus~
authentication.v1.TokenReviewSpec		audiences:[s%a token:s!
authentication.v1.TokenReviewStatus		audiences:[s%a authenticated:b error:s user:@authentication.v1.UserInfo~
authentication.v1.UserInfo		extra:{[s groups:[s%a uid:s username:s
authorization.v1.FieldSelectorAttributes		rawSelector:s requirements:[@meta.v1.FieldSelectorRequirement%a
authorization.v1.LabelSelectorAttributes		rawSelector:s requirements:[@meta.v1.LabelSelectorRequirement%a
authorization.v1.LocalSubjectAccessReview	g:authorization.k8s.io/v1/LocalSubjectAccessReview	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@authorization.v1.SubjectAccessReviewSpec!~ status:@authorization.v1.SubjectAccessReviewStatus~
authorization.v1.NonResourceAttributes		path:s verb:s
authorization.v1.NonResourceRule		nonResourceURLs:[s%a verbs:[s%a!
authorization.v1.ResourceAttributes		fieldSelector:@authorization.v1.FieldSelectorAttributes group:s labelSelector:@authorization.v1.LabelSelectorAttributes name:s namespace:s resource:s subresource:s verb:s version:s
authorization.v1.ResourceRule		apiGroups:[s%a resourceNames:[s%a resources:[s%a verbs:[s%a!
authorization.v1.SelfSubjectAccessReview	g:authorization.k8s.io/v1/SelfSubjectAccessReview	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@authorization.v1.SelfSubjectAccessReviewSpec!~ status:@authorization.v1.SubjectAccessReviewStatus~
authorization.v1.SelfSubjectAccessReviewSpec		nonResourceAttributes:@authorization.v1.NonResourceAttributes resourceAttributes:@authorization.v1.ResourceAttributes
authorization.v1.SelfSubjectRulesReview	g:authorization.k8s.io/v1/SelfSubjectRulesReview	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@authorization.v1.SelfSubjectRulesReviewSpec!~ status:@authorization.v1.SubjectRulesReviewStatus~
authorization.v1.SelfSubjectRulesReviewSpec		namespace:s
authorization.v1.SubjectAccessReview	g:authorization.k8s.io/v1/SubjectAccessReview	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@authorization.v1.SubjectAccessReviewSpec!~ status:@authorization.v1.SubjectAccessReviewStatus~
authorization.v1.SubjectAccessReviewSpec		extra:{[s groups:[s%a nonResourceAttributes:@authorization.v1.NonResourceAttributes resourceAttributes:@authorization.v1.ResourceAttributes uid:s user:s
authorization.v1.SubjectAccessReviewStatus		allowed:b! denied:b evaluationError:s reason:s
authorization.v1.SubjectRulesReviewStatus		evaluationError:s incomplete:b! nonResourceRules:[@authorization.v1.NonResourceRule%a! resourceRules:[@authorization.v1.ResourceRule%a!
autoscaling.v1.CrossVersionObjectReference	a	apiVersion:s kind:s! name:s!
autoscaling.v1.HorizontalPodAutoscaler	g:autoscaling/v1/HorizontalPodAutoscaler L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@autoscaling.v1.HorizontalPodAutoscalerSpec!~ status:@autoscaling.v1.HorizontalPodAutoscalerStatus~
autoscaling.v1.HorizontalPodAutoscalerSpec		maxReplicas:i! minReplicas:i scaleTargetRef:@autoscaling.v1.CrossVersionObjectReference!~ targetCPUUtilizationPercentage:i
autoscaling.v1.HorizontalPodAutoscalerStatus		currentCPUUtilizationPercentage:i currentReplicas:i! desiredReplicas:i! lastScaleTime:t observedGeneration:l
autoscaling.v1.Scale	g:autoscaling/v1/Scale	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@autoscaling.v1.ScaleSpec~ status:@autoscaling.v1.ScaleStatus~
autoscaling.v1.ScaleSpec		replicas:i
autoscaling.v1.ScaleStatus		replicas:i! selector:s
autoscaling.v2.ContainerResourceMetricSource		container:s! name:s! target:@autoscaling.v2.MetricTarget!~
autoscaling.v2.ContainerResourceMetricStatus		container:s! current:@autoscaling.v2.MetricValueStatus!~ name:s!
autoscaling.v2.CrossVersionObjectReference		apiVersion:s kind:s! name:s!
autoscaling.v2.ExternalMetricSource		metric:@autoscaling.v2.MetricIdentifier!~ target:@autoscaling.v2.MetricTarget!~
autoscaling.v2.ExternalMetricStatus		current:@autoscaling.v2.MetricValueStatus!~ metric:@autoscaling.v2.MetricIdentifier!~
autoscaling.v2.HPAScalingPolicy		periodSeconds:i! type:s! value:i!
autoscaling.v2.HPAScalingRules		policies:[@autoscaling.v2.HPAScalingPolicy%a selectPolicy:s stabilizationWindowSeconds:i tolerance:q
autoscaling.v2.HorizontalPodAutoscaler	g:autoscaling/v2/HorizontalPodAutoscaler L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@autoscaling.v2.HorizontalPodAutoscalerSpec!~ status:@autoscaling.v2.HorizontalPodAutoscalerStatus~
autoscaling.v2.HorizontalPodAutoscalerBehavior		scaleDown:@autoscaling.v2.HPAScalingRules scaleUp:@autoscaling.v2.HPAScalingRules
autoscaling.v2.HorizontalPodAutoscalerCondition		lastTransitionTime:t message:s reason:s status:s! type:s!
autoscaling.v2.HorizontalPodAutoscalerSpec		behavior:@autoscaling.v2.HorizontalPodAutoscalerBehavior maxReplicas:i! metrics:[@autoscaling.v2.MetricSpec%a minReplicas:i scaleTargetRef:@autoscaling.v2.CrossVersionObjectReference!~
autoscaling.v2.HorizontalPodAutoscalerStatus		conditions:[@autoscaling.v2.HorizontalPodAutoscalerCondition%m(type)%p(merge)%k(type) currentMetrics:[@autoscaling.v2.MetricStatus%a currentReplicas:i desiredReplicas:i! lastScaleTime:t observedGeneration:l
autoscaling.v2.MetricIdentifier		name:s! selector:@meta.v1.LabelSelector
autoscaling.v2.MetricSpec		containerResource:@autoscaling.v2.ContainerResourceMetricSource external:@autoscaling.v2.ExternalMetricSource object:@autoscaling.v2.ObjectMetricSource pods:@autoscaling.v2.PodsMetricSource resource:@autoscaling.v2.ResourceMetricSource type:s!
autoscaling.v2.MetricStatus		containerResource:@autoscaling.v2.ContainerResourceMetricStatus external:@autoscaling.v2.ExternalMetricStatus object:@autoscaling.v2.ObjectMetricStatus pods:@autoscaling.v2.PodsMetricStatus resource:@autoscaling.v2.ResourceMetricStatus type:s!
autoscaling.v2.MetricTarget		averageUtilization:i averageValue:q type:s! value:q
autoscaling.v2.MetricValueStatus		averageUtilization:i averageValue:q value:q
autoscaling.v2.ObjectMetricSource		describedObject:@autoscaling.v2.CrossVersionObjectReference!~ metric:@autoscaling.v2.MetricIdentifier!~ target:@autoscaling.v2.MetricTarget!~
autoscaling.v2.ObjectMetricStatus		current:@autoscaling.v2.MetricValueStatus!~ describedObject:@autoscaling.v2.CrossVersionObjectReference!~ metric:@autoscaling.v2.MetricIdentifier!~
autoscaling.v2.PodsMetricSource		metric:@autoscaling.v2.MetricIdentifier!~ target:@autoscaling.v2.MetricTarget!~
autoscaling.v2.PodsMetricStatus		current:@autoscaling.v2.MetricValueStatus!~ metric:@autoscaling.v2.MetricIdentifier!~
autoscaling.v2.ResourceMetricSource		name:s! target:@autoscaling.v2.MetricTarget!~
autoscaling.v2.ResourceMetricStatus		current:@autoscaling.v2.MetricValueStatus!~ name:s!
autoscaling.v2beta2.ContainerResourceMetricSource		container:s! name:s! target:@autoscaling.v2beta2.MetricTarget!
autoscaling.v2beta2.ContainerResourceMetricStatus		container:s! current:@autoscaling.v2beta2.MetricValueStatus! name:s!
autoscaling.v2beta2.CrossVersionObjectReference		apiVersion:s kind:s! name:s!
autoscaling.v2beta2.ExternalMetricSource		metric:@autoscaling.v2beta2.MetricIdentifier! target:@autoscaling.v2beta2.MetricTarget!
autoscaling.v2beta2.ExternalMetricStatus		current:@autoscaling.v2beta2.MetricValueStatus! metric:@autoscaling.v2beta2.MetricIdentifier!
autoscaling.v2beta2.HPAScalingPolicy		periodSeconds:i! type:s! value:i!
autoscaling.v2beta2.HPAScalingRules		policies:[@autoscaling.v2beta2.HPAScalingPolicy selectPolicy:s stabilizationWindowSeconds:i
autoscaling.v2beta2.HorizontalPodAutoscaler	g:autoscaling/v2beta2/HorizontalPodAutoscaler L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta spec:@autoscaling.v2beta2.HorizontalPodAutoscalerSpec status:@autoscaling.v2beta2.HorizontalPodAutoscalerStatus
autoscaling.v2beta2.HorizontalPodAutoscalerBehavior		scaleDown:@autoscaling.v2beta2.HPAScalingRules scaleUp:@autoscaling.v2beta2.HPAScalingRules
autoscaling.v2beta2.HorizontalPodAutoscalerCondition		lastTransitionTime:t message:s reason:s status:s! type:s!
autoscaling.v2beta2.HorizontalPodAutoscalerSpec		behavior:@autoscaling.v2beta2.HorizontalPodAutoscalerBehavior maxReplicas:i! metrics:[@autoscaling.v2beta2.MetricSpec minReplicas:i scaleTargetRef:@autoscaling.v2beta2.CrossVersionObjectReference!
autoscaling.v2beta2.HorizontalPodAutoscalerStatus		conditions:[@autoscaling.v2beta2.HorizontalPodAutoscalerCondition currentMetrics:[@autoscaling.v2beta2.MetricStatus currentReplicas:i! desiredReplicas:i! lastScaleTime:t observedGeneration:l
autoscaling.v2beta2.MetricIdentifier		name:s! selector:@meta.v1.LabelSelector
autoscaling.v2beta2.MetricSpec		containerResource:@autoscaling.v2beta2.ContainerResourceMetricSource external:@autoscaling.v2beta2.ExternalMetricSource object:@autoscaling.v2beta2.ObjectMetricSource pods:@autoscaling.v2beta2.PodsMetricSource resource:@autoscaling.v2beta2.ResourceMetricSource type:s!
autoscaling.v2beta2.MetricStatus		containerResource:@autoscaling.v2beta2.ContainerResourceMetricStatus external:@autoscaling.v2beta2.ExternalMetricStatus object:@autoscaling.v2beta2.ObjectMetricStatus pods:@autoscaling.v2beta2.PodsMetricStatus resource:@autoscaling.v2beta2.ResourceMetricStatus type:s!
autoscaling.v2beta2.MetricTarget		averageUtilization:i averageValue:q type:s! value:q
autoscaling.v2beta2.MetricValueStatus		averageUtilization:i averageValue:q value:q
autoscaling.v2beta2.ObjectMetricSource		describedObject:@autoscaling.v2beta2.CrossVersionObjectReference! metric:@autoscaling.v2beta2.MetricIdentifier! target:@autoscaling.v2beta2.MetricTarget!
autoscaling.v2beta2.ObjectMetricStatus		current:@autoscaling.v2beta2.MetricValueStatus! describedObject:@autoscaling.v2beta2.CrossVersionObjectReference! metric:@autoscaling.v2beta2.MetricIdentifier!
autoscaling.v2beta2.PodsMetricSource		metric:@autoscaling.v2beta2.MetricIdentifier! target:@autoscaling.v2beta2.MetricTarget!
autoscaling.v2beta2.PodsMetricStatus		current:@autoscaling.v2beta2.MetricValueStatus! metric:@autoscaling.v2beta2.MetricIdentifier!
autoscaling.v2beta2.ResourceMetricSource		name:s! target:@autoscaling.v2beta2.MetricTarget!
autoscaling.v2beta2.ResourceMetricStatus		current:@autoscaling.v2beta2.MetricValueStatus! name:s!
batch.v1.CronJob	g:batch/v1/CronJob L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@batch.v1.CronJobSpec!~ status:@batch.v1.CronJobStatus~
batch.v1.CronJobSpec		concurrencyPolicy:s failedJobsHistoryLimit:i jobTemplate:@batch.v1.JobTemplateSpec!~ schedule:s! startingDeadlineSeconds:l successfulJobsHistoryLimit:i suspend:b timeZone:s
batch.v1.CronJobStatus		active:[@core.v1.ObjectReference%a lastScheduleTime:t lastSuccessfulTime:t
batch.v1.Job	g:batch/v1/Job L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@batch.v1.JobSpec~ status:@batch.v1.JobStatus~
batch.v1.JobCondition		lastProbeTime:t lastTransitionTime:t message:s reason:s status:s! type:s!
batch.v1.JobSpec		activeDeadlineSeconds:l backoffLimit:i backoffLimitPerIndex:i completionMode:s completions:i managedBy:s manualSelector:b maxFailedIndexes:i parallelism:i podFailurePolicy:@batch.v1.PodFailurePolicy podReplacementPolicy:s selector:@meta.v1.LabelSelector successPolicy:@batch.v1.SuccessPolicy suspend:b template:@core.v1.PodTemplateSpec!~ ttlSecondsAfterFinished:i
batch.v1.JobStatus		active:i completedIndexes:s completionTime:t conditions:[@batch.v1.JobCondition%a%p(merge)%k(type) failed:i failedIndexes:s ready:i startTime:t succeeded:i terminating:i uncountedTerminatedPods:@batch.v1.UncountedTerminatedPods
batch.v1.JobTemplateSpec		metadata:@meta.v1.ObjectMeta~ spec:@batch.v1.JobSpec~
batch.v1.PodFailurePolicy		rules:[@batch.v1.PodFailurePolicyRule%a!
batch.v1.PodFailurePolicyOnExitCodesRequirement		containerName:s operator:s! values:[i%s!
batch.v1.PodFailurePolicyOnPodConditionsPattern		status:s type:s!
batch.v1.PodFailurePolicyRule		action:s! onExitCodes:@batch.v1.PodFailurePolicyOnExitCodesRequirement onPodConditions:[@batch.v1.PodFailurePolicyOnPodConditionsPattern%a
batch.v1.SuccessPolicy		rules:[@batch.v1.SuccessPolicyRule%a!
batch.v1.SuccessPolicyRule		succeededCount:i succeededIndexes:s
batch.v1.UncountedTerminatedPods		failed:[s%s succeeded:[s%s
coordination.v1.Lease	g:coordination.k8s.io/v1/Lease L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@coordination.v1.LeaseSpec~
coordination.v1.LeaseSpec		acquireTime:u holderIdentity:s leaseDurationSeconds:i leaseTransitions:i preferredHolder:s renewTime:u strategy:s
core.v1.AWSElasticBlockStoreVolumeSource		fsType:s partition:i readOnly:b volumeID:s!
core.v1.Affinity		nodeAffinity:@core.v1.NodeAffinity podAffinity:@core.v1.PodAffinity podAntiAffinity:@core.v1.PodAntiAffinity
core.v1.AppArmorProfile		localhostProfile:s type:s!
core.v1.AttachedVolume		devicePath:s! name:s!
core.v1.AzureDiskVolumeSource		cachingMode:s="ReadWrite" diskName:s! diskURI:s! fsType:s="ext4" kind:s="Shared" readOnly:b
core.v1.AzureFilePersistentVolumeSource		readOnly:b secretName:s! secretNamespace:s shareName:s!
core.v1.AzureFileVolumeSource		readOnly:b secretName:s! shareName:s!
core.v1.Binding	g:/v1/Binding	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ target:@core.v1.ObjectReference!~
core.v1.CSIPersistentVolumeSource		controllerExpandSecretRef:@core.v1.SecretReference controllerPublishSecretRef:@core.v1.SecretReference driver:s! fsType:s nodeExpandSecretRef:@core.v1.SecretReference nodePublishSecretRef:@core.v1.SecretReference nodeStageSecretRef:@core.v1.SecretReference readOnly:b volumeAttributes:{s volumeHandle:s!
core.v1.CSIVolumeSource		driver:s! fsType:s nodePublishSecretRef:@core.v1.LocalObjectReference readOnly:b volumeAttributes:{s
core.v1.Capabilities		add:[s%a drop:[s%a
core.v1.CephFSPersistentVolumeSource		monitors:[s%a! path:s readOnly:b secretFile:s secretRef:@core.v1.SecretReference user:s
core.v1.CephFSVolumeSource		monitors:[s%a! path:s readOnly:b secretFile:s secretRef:@core.v1.LocalObjectReference user:s
core.v1.CinderPersistentVolumeSource		fsType:s readOnly:b secretRef:@core.v1.SecretReference volumeID:s!
core.v1.CinderVolumeSource		fsType:s readOnly:b secretRef:@core.v1.LocalObjectReference volumeID:s!
core.v1.ClientIPConfig		timeoutSeconds:i
core.v1.ClusterTrustBundleProjection		labelSelector:@meta.v1.LabelSelector name:s optional:b path:s! signerName:s
core.v1.ComponentCondition		error:s message:s status:s! type:s!
core.v1.ComponentStatus	g:/v1/ComponentStatus L	apiVersion:s conditions:[@core.v1.ComponentCondition%m(type)%p(merge)%k(type) kind:s metadata:@meta.v1.ObjectMeta~
core.v1.ConfigMap	g:/v1/ConfigMap L	apiVersion:s binaryData:{y data:{s immutable:b kind:s metadata:@meta.v1.ObjectMeta~
core.v1.ConfigMapEnvSource		name:s optional:b
core.v1.ConfigMapKeySelector	a	key:s! name:s optional:b
core.v1.ConfigMapNodeConfigSource		kubeletConfigKey:s! name:s! namespace:s! resourceVersion:s uid:s
core.v1.ConfigMapProjection		items:[@core.v1.KeyToPath%a name:s optional:b
core.v1.ConfigMapVolumeSource		defaultMode:i items:[@core.v1.KeyToPath%a name:s optional:b
core.v1.Container		args:[s%a command:[s%a env:[@core.v1.EnvVar%m(name)%p(merge)%k(name) envFrom:[@core.v1.EnvFromSource%a image:s imagePullPolicy:s lifecycle:@core.v1.Lifecycle livenessProbe:@core.v1.Probe name:s! ports:[@core.v1.ContainerPort%m(containerPort,protocol)%p(merge)%k(containerPort) readinessProbe:@core.v1.Probe resizePolicy:[@core.v1.ContainerResizePolicy%a resources:@core.v1.ResourceRequirements~ restartPolicy:s restartPolicyRules:[@core.v1.ContainerRestartRule%a securityContext:@core.v1.SecurityContext startupProbe:@core.v1.Probe stdin:b stdinOnce:b terminationMessagePath:s terminationMessagePolicy:s tty:b volumeDevices:[@core.v1.VolumeDevice%m(devicePath)%p(merge)%k(devicePath) volumeMounts:[@core.v1.VolumeMount%m(mountPath)%p(merge)%k(mountPath) workingDir:s
core.v1.ContainerExtendedResourceRequest		containerName:s! requestName:s! resourceName:s!
core.v1.ContainerImage		names:[s%a sizeBytes:l
core.v1.ContainerPort		containerPort:i! hostIP:s hostPort:i name:s protocol:s="TCP"
core.v1.ContainerResizePolicy		resourceName:s! restartPolicy:s!
core.v1.ContainerRestartRule		action:s! exitCodes:@core.v1.ContainerRestartRuleOnExitCodes
core.v1.ContainerRestartRuleOnExitCodes		operator:s! values:[i%s
core.v1.ContainerState		running:@core.v1.ContainerStateRunning terminated:@core.v1.ContainerStateTerminated waiting:@core.v1.ContainerStateWaiting
core.v1.ContainerStateRunning		startedAt:t
core.v1.ContainerStateTerminated		containerID:s exitCode:i! finishedAt:t message:s reason:s signal:i startedAt:t
core.v1.ContainerStateWaiting		message:s reason:s
core.v1.ContainerStatus		allocatedResources:{q allocatedResourcesStatus:[@core.v1.ResourceStatus%m(name)%p(merge)%k(name) containerID:s image:s! imageID:s! lastState:@core.v1.ContainerState~ name:s! ready:b! resources:@core.v1.ResourceRequirements restartCount:i! started:b state:@core.v1.ContainerState~ stopSignal:s user:@core.v1.ContainerUser volumeMounts:[@core.v1.VolumeMountStatus%m(mountPath)%p(merge)%k(mountPath)
core.v1.ContainerUser		linux:@core.v1.LinuxContainerUser
core.v1.DaemonEndpoint		Port:i!
core.v1.DownwardAPIProjection		items:[@core.v1.DownwardAPIVolumeFile%a
core.v1.DownwardAPIVolumeFile		fieldRef:@core.v1.ObjectFieldSelector mode:i path:s! resourceFieldRef:@core.v1.ResourceFieldSelector
core.v1.DownwardAPIVolumeSource		defaultMode:i items:[@core.v1.DownwardAPIVolumeFile%a
core.v1.EmptyDirVolumeSource		medium:s sizeLimit:q
core.v1.EndpointAddress	a	hostname:s ip:s! nodeName:s targetRef:@core.v1.ObjectReference
core.v1.EndpointPort	a	appProtocol:s name:s port:i! protocol:s
core.v1.EndpointSubset		addresses:[@core.v1.EndpointAddress%a notReadyAddresses:[@core.v1.EndpointAddress%a ports:[@core.v1.EndpointPort%a
core.v1.Endpoints	g:/v1/Endpoints L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ subsets:[@core.v1.EndpointSubset%a
core.v1.EnvFromSource		configMapRef:@core.v1.ConfigMapEnvSource prefix:s secretRef:@core.v1.SecretEnvSource
core.v1.EnvVar		name:s! value:s valueFrom:@core.v1.EnvVarSource
core.v1.EnvVarSource		configMapKeyRef:@core.v1.ConfigMapKeySelector fieldRef:@core.v1.ObjectFieldSelector fileKeyRef:@core.v1.FileKeySelector resourceFieldRef:@core.v1.ResourceFieldSelector secretKeyRef:@core.v1.SecretKeySelector
core.v1.EphemeralContainer		args:[s%a command:[s%a env:[@core.v1.EnvVar%m(name)%p(merge)%k(name) envFrom:[@core.v1.EnvFromSource%a image:s imagePullPolicy:s lifecycle:@core.v1.Lifecycle livenessProbe:@core.v1.Probe name:s! ports:[@core.v1.ContainerPort%m(containerPort,protocol)%p(merge)%k(containerPort) readinessProbe:@core.v1.Probe resizePolicy:[@core.v1.ContainerResizePolicy%a resources:@core.v1.ResourceRequirements~ restartPolicy:s restartPolicyRules:[@core.v1.ContainerRestartRule%a securityContext:@core.v1.SecurityContext startupProbe:@core.v1.Probe stdin:b stdinOnce:b targetContainerName:s terminationMessagePath:s terminationMessagePolicy:s tty:b volumeDevices:[@core.v1.VolumeDevice%m(devicePath)%p(merge)%k(devicePath) volumeMounts:[@core.v1.VolumeMount%m(mountPath)%p(merge)%k(mountPath) workingDir:s
core.v1.EphemeralVolumeSource		volumeClaimTemplate:@core.v1.PersistentVolumeClaimTemplate
core.v1.Event	g:/v1/Event L	action:s apiVersion:s count:i eventTime:u firstTimestamp:t involvedObject:@core.v1.ObjectReference!~ kind:s lastTimestamp:t message:s metadata:@meta.v1.ObjectMeta!~ reason:s related:@core.v1.ObjectReference reportingComponent:s reportingInstance:s series:@core.v1.EventSeries source:@core.v1.EventSource~ type:s
core.v1.EventSeries		count:i lastObservedTime:u
core.v1.EventSource		component:s host:s
core.v1.ExecAction		command:[s%a
core.v1.FCVolumeSource		fsType:s lun:i readOnly:b targetWWNs:[s%a wwids:[s%a
core.v1.FileKeySelector	a	key:s! optional:b path:s! volumeName:s!
core.v1.FlexPersistentVolumeSource		driver:s! fsType:s options:{s readOnly:b secretRef:@core.v1.SecretReference
core.v1.FlexVolumeSource		driver:s! fsType:s options:{s readOnly:b secretRef:@core.v1.LocalObjectReference
core.v1.FlockerVolumeSource		datasetName:s datasetUUID:s
core.v1.GCEPersistentDiskVolumeSource		fsType:s partition:i pdName:s! readOnly:b
core.v1.GRPCAction		port:i! service:s
core.v1.GitRepoVolumeSource		directory:s repository:s! revision:s
core.v1.GlusterfsPersistentVolumeSource		endpoints:s! endpointsNamespace:s path:s! readOnly:b
core.v1.GlusterfsVolumeSource		endpoints:s! path:s! readOnly:b
core.v1.HTTPGetAction		host:s httpHeaders:[@core.v1.HTTPHeader%a path:s port:is! scheme:s
core.v1.HTTPHeader		name:s! value:s!
core.v1.HostAlias		hostnames:[s%a ip:s!
core.v1.HostIP		ip:s!
core.v1.HostPathVolumeSource		path:s! type:s
core.v1.ISCSIPersistentVolumeSource		chapAuthDiscovery:b chapAuthSession:b fsType:s initiatorName:s iqn:s! iscsiInterface:s="default" lun:i! portals:[s%a readOnly:b secretRef:@core.v1.SecretReference targetPortal:s!
core.v1.ISCSIVolumeSource		chapAuthDiscovery:b chapAuthSession:b fsType:s initiatorName:s iqn:s! iscsiInterface:s="default" lun:i! portals:[s%a readOnly:b secretRef:@core.v1.LocalObjectReference targetPortal:s!
core.v1.ImageVolumeSource		pullPolicy:s reference:s
core.v1.ImageVolumeStatus		imageRef:s!
core.v1.KeyToPath		key:s! mode:i path:s!
core.v1.Lifecycle		postStart:@core.v1.LifecycleHandler preStop:@core.v1.LifecycleHandler stopSignal:s
core.v1.LifecycleHandler		exec:@core.v1.ExecAction httpGet:@core.v1.HTTPGetAction sleep:@core.v1.SleepAction tcpSocket:@core.v1.TCPSocketAction
core.v1.LimitRange	g:/v1/LimitRange L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@core.v1.LimitRangeSpec~
core.v1.LimitRangeItem		default:{q defaultRequest:{q max:{q maxLimitRequestRatio:{q min:{q type:s!
core.v1.LimitRangeSpec		limits:[@core.v1.LimitRangeItem%a!
core.v1.LinuxContainerUser		gid:l! supplementalGroups:[l%a uid:l!
core.v1.LoadBalancerIngress		hostname:s ip:s ipMode:s ports:[@core.v1.PortStatus%a
core.v1.LoadBalancerStatus		ingress:[@core.v1.LoadBalancerIngress%a
core.v1.LocalObjectReference	a	name:s
core.v1.LocalVolumeSource		fsType:s path:s!
core.v1.ModifyVolumeStatus		status:s! targetVolumeAttributesClassName:s
core.v1.NFSVolumeSource		path:s! readOnly:b server:s!
core.v1.Namespace	g:/v1/Namespace L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@core.v1.NamespaceSpec~ status:@core.v1.NamespaceStatus~
core.v1.NamespaceCondition		lastTransitionTime:t message:s reason:s status:s! type:s!
core.v1.NamespaceSpec		finalizers:[s%a
core.v1.NamespaceStatus		conditions:[@core.v1.NamespaceCondition%m(type)%p(merge)%k(type) phase:s
core.v1.Node	g:/v1/Node L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@core.v1.NodeSpec~ status:@core.v1.NodeStatus~
core.v1.NodeAddress		address:s! type:s!
core.v1.NodeAffinity		preferredDuringSchedulingIgnoredDuringExecution:[@core.v1.PreferredSchedulingTerm%a requiredDuringSchedulingIgnoredDuringExecution:@core.v1.NodeSelector
core.v1.NodeAllocatableResourceClaimStatus		containers:[s%s resourceClaimName:s! resources:{q!
core.v1.NodeCondition		lastHeartbeatTime:t lastTransitionTime:t message:s reason:s status:s! type:s!
core.v1.NodeConfigSource		configMap:@core.v1.ConfigMapNodeConfigSource
core.v1.NodeConfigStatus		active:@core.v1.NodeConfigSource assigned:@core.v1.NodeConfigSource error:s lastKnownGood:@core.v1.NodeConfigSource
core.v1.NodeDaemonEndpoints		kubeletEndpoint:@core.v1.DaemonEndpoint~
core.v1.NodeFeatures		supplementalGroupsPolicy:b
core.v1.NodeRuntimeHandler		features:@core.v1.NodeRuntimeHandlerFeatures name:s
core.v1.NodeRuntimeHandlerFeatures		recursiveReadOnlyMounts:b userNamespaces:b
core.v1.NodeSelector	a	nodeSelectorTerms:[@core.v1.NodeSelectorTerm%a!
core.v1.NodeSelectorRequirement		key:s! operator:s! values:[s%a
core.v1.NodeSelectorTerm	a	matchExpressions:[@core.v1.NodeSelectorRequirement%a matchFields:[@core.v1.NodeSelectorRequirement%a
core.v1.NodeSpec		configSource:@core.v1.NodeConfigSource externalID:s podCIDR:s podCIDRs:[s%s%p(merge) providerID:s taints:[@core.v1.Taint%a unschedulable:b
core.v1.NodeStatus		addresses:[@core.v1.NodeAddress%m(type)%p(merge)%k(type) allocatable:{q capacity:{q conditions:[@core.v1.NodeCondition%m(type)%p(merge)%k(type) config:@core.v1.NodeConfigStatus daemonEndpoints:@core.v1.NodeDaemonEndpoints~ declaredFeatures:[s%a features:@core.v1.NodeFeatures images:[@core.v1.ContainerImage%a nodeInfo:@core.v1.NodeSystemInfo~ phase:s runtimeHandlers:[@core.v1.NodeRuntimeHandler%a volumesAttached:[@core.v1.AttachedVolume%a volumesInUse:[s%a
core.v1.NodeSwapStatus		capacity:l
core.v1.NodeSystemInfo		architecture:s! bootID:s! containerRuntimeVersion:s! kernelVersion:s! kubeProxyVersion:s! kubeletVersion:s! machineID:s! operatingSystem:s! osImage:s! swap:@core.v1.NodeSwapStatus systemUUID:s!
core.v1.ObjectFieldSelector	a	apiVersion:s fieldPath:s!
core.v1.ObjectReference	a	apiVersion:s fieldPath:s kind:s name:s namespace:s resourceVersion:s uid:s
core.v1.PersistentVolume	g:/v1/PersistentVolume L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@core.v1.PersistentVolumeSpec~ status:@core.v1.PersistentVolumeStatus~
core.v1.PersistentVolumeClaim	g:/v1/PersistentVolumeClaim L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@core.v1.PersistentVolumeClaimSpec~ status:@core.v1.PersistentVolumeClaimStatus~
core.v1.PersistentVolumeClaimCondition		lastProbeTime:t lastTransitionTime:t message:s reason:s status:s! type:s!
core.v1.PersistentVolumeClaimSpec		accessModes:[s%a dataSource:@core.v1.TypedLocalObjectReference dataSourceRef:@core.v1.TypedObjectReference resources:@core.v1.VolumeResourceRequirements~ selector:@meta.v1.LabelSelector storageClassName:s volumeAttributesClassName:s volumeMode:s volumeName:s
core.v1.PersistentVolumeClaimStatus		accessModes:[s%a allocatedResourceStatuses:{s allocatedResources:{q capacity:{q conditions:[@core.v1.PersistentVolumeClaimCondition%m(type)%p(merge)%k(type) currentVolumeAttributesClassName:s modifyVolumeStatus:@core.v1.ModifyVolumeStatus phase:s
core.v1.PersistentVolumeClaimTemplate		metadata:@meta.v1.ObjectMeta~ spec:@core.v1.PersistentVolumeClaimSpec!~
core.v1.PersistentVolumeClaimVolumeSource		claimName:s! readOnly:b
core.v1.PersistentVolumeSpec		accessModes:[s%a awsElasticBlockStore:@core.v1.AWSElasticBlockStoreVolumeSource azureDisk:@core.v1.AzureDiskVolumeSource azureFile:@core.v1.AzureFilePersistentVolumeSource capacity:{q cephfs:@core.v1.CephFSPersistentVolumeSource cinder:@core.v1.CinderPersistentVolumeSource claimRef:@core.v1.ObjectReference csi:@core.v1.CSIPersistentVolumeSource fc:@core.v1.FCVolumeSource flexVolume:@core.v1.FlexPersistentVolumeSource flocker:@core.v1.FlockerVolumeSource gcePersistentDisk:@core.v1.GCEPersistentDiskVolumeSource glusterfs:@core.v1.GlusterfsPersistentVolumeSource hostPath:@core.v1.HostPathVolumeSource iscsi:@core.v1.ISCSIPersistentVolumeSource local:@core.v1.LocalVolumeSource mountOptions:[s%a nfs:@core.v1.NFSVolumeSource nodeAffinity:@core.v1.VolumeNodeAffinity persistentVolumeReclaimPolicy:s photonPersistentDisk:@core.v1.PhotonPersistentDiskVolumeSource portworxVolume:@core.v1.PortworxVolumeSource quobyte:@core.v1.QuobyteVolumeSource rbd:@core.v1.RBDPersistentVolumeSource scaleIO:@core.v1.ScaleIOPersistentVolumeSource storageClassName:s storageos:@core.v1.StorageOSPersistentVolumeSource volumeAttributesClassName:s volumeMode:s vsphereVolume:@core.v1.VsphereVirtualDiskVolumeSource
core.v1.PersistentVolumeStatus		lastPhaseTransitionTime:t message:s phase:s reason:s
core.v1.PhotonPersistentDiskVolumeSource		fsType:s pdID:s!
core.v1.Pod	g:/v1/Pod L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@core.v1.PodSpec~ status:@core.v1.PodStatus~
core.v1.PodAffinity		preferredDuringSchedulingIgnoredDuringExecution:[@core.v1.WeightedPodAffinityTerm%a requiredDuringSchedulingIgnoredDuringExecution:[@core.v1.PodAffinityTerm%a
core.v1.PodAffinityTerm		labelSelector:@meta.v1.LabelSelector matchLabelKeys:[s%a mismatchLabelKeys:[s%a namespaceSelector:@meta.v1.LabelSelector namespaces:[s%a topologyKey:s!
core.v1.PodAntiAffinity		preferredDuringSchedulingIgnoredDuringExecution:[@core.v1.WeightedPodAffinityTerm%a requiredDuringSchedulingIgnoredDuringExecution:[@core.v1.PodAffinityTerm%a
core.v1.PodCertificateProjection		certificateChainPath:s credentialBundlePath:s keyPath:s keyType:s! maxExpirationSeconds:i signerName:s! userAnnotations:{s
core.v1.PodCondition		lastProbeTime:t lastTransitionTime:t message:s observedGeneration:l reason:s status:s! type:s!
core.v1.PodDNSConfig		nameservers:[s%a options:[@core.v1.PodDNSConfigOption%a searches:[s%a
core.v1.PodDNSConfigOption		name:s value:s
core.v1.PodExtendedResourceClaimStatus		requestMappings:[@core.v1.ContainerExtendedResourceRequest%a! resourceClaimName:s!
core.v1.PodIP		ip:s!
core.v1.PodOS		name:s!
core.v1.PodReadinessGate		conditionType:s!
core.v1.PodResourceClaim		name:s! resourceClaimName:s resourceClaimTemplateName:s
core.v1.PodResourceClaimStatus		name:s! resourceClaimName:s
core.v1.PodSchedulingGate		name:s!
core.v1.PodSchedulingGroup		podGroupName:s
core.v1.PodSecurityContext		appArmorProfile:@core.v1.AppArmorProfile fsGroup:l fsGroupChangePolicy:s runAsGroup:l runAsNonRoot:b runAsUser:l seLinuxChangePolicy:s seLinuxOptions:@core.v1.SELinuxOptions seccompProfile:@core.v1.SeccompProfile supplementalGroups:[l%a supplementalGroupsPolicy:s sysctls:[@core.v1.Sysctl%a windowsOptions:@core.v1.WindowsSecurityContextOptions
core.v1.PodSpec		activeDeadlineSeconds:l affinity:@core.v1.Affinity automountServiceAccountToken:b containers:[@core.v1.Container%m(name)%p(merge)%k(name)! dnsConfig:@core.v1.PodDNSConfig dnsPolicy:s enableServiceLinks:b ephemeralContainers:[@core.v1.EphemeralContainer%m(name)%p(merge)%k(name) hostAliases:[@core.v1.HostAlias%m(ip)%p(merge)%k(ip) hostIPC:b hostNetwork:b hostPID:b hostUsers:b hostname:s hostnameOverride:s imagePullSecrets:[@core.v1.LocalObjectReference%m(name)%p(merge)%k(name) initContainers:[@core.v1.Container%m(name)%p(merge)%k(name) nodeName:s nodeSelector:{s%o os:@core.v1.PodOS overhead:{q preemptionPolicy:s priority:i priorityClassName:s readinessGates:[@core.v1.PodReadinessGate%a resourceClaims:[@core.v1.PodResourceClaim%m(name)%p(merge,retainKeys)%k(name) resources:@core.v1.ResourceRequirements restartPolicy:s runtimeClassName:s schedulerName:s schedulingGates:[@core.v1.PodSchedulingGate%m(name)%p(merge)%k(name) schedulingGroup:@core.v1.PodSchedulingGroup securityContext:@core.v1.PodSecurityContext serviceAccount:s serviceAccountName:s setHostnameAsFQDN:b shareProcessNamespace:b subdomain:s terminationGracePeriodSeconds:l tolerations:[@core.v1.Toleration%a topologySpreadConstraints:[@core.v1.TopologySpreadConstraint%m(topologyKey,whenUnsatisfiable)%p(merge)%k(topologyKey) volumes:[@core.v1.Volume%m(name)%p(merge,retainKeys)%k(name)
core.v1.PodStatus		allocatedResources:{q conditions:[@core.v1.PodCondition%m(type)%p(merge)%k(type) containerStatuses:[@core.v1.ContainerStatus%a ephemeralContainerStatuses:[@core.v1.ContainerStatus%a extendedResourceClaimStatus:@core.v1.PodExtendedResourceClaimStatus hostIP:s hostIPs:[@core.v1.HostIP%a%p(merge)%k(ip) initContainerStatuses:[@core.v1.ContainerStatus%a message:s nodeAllocatableResourceClaimStatuses:[@core.v1.NodeAllocatableResourceClaimStatus%a nominatedNodeName:s observedGeneration:l phase:s podIP:s podIPs:[@core.v1.PodIP%m(ip)%p(merge)%k(ip) qosClass:s reason:s resize:s resourceClaimStatuses:[@core.v1.PodResourceClaimStatus%m(name)%p(merge,retainKeys)%k(name) resources:@core.v1.ResourceRequirements startTime:t
core.v1.PodTemplate	g:/v1/PodTemplate L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ template:@core.v1.PodTemplateSpec~
core.v1.PodTemplateSpec		metadata:@meta.v1.ObjectMeta~ spec:@core.v1.PodSpec~
core.v1.PortStatus		error:s port:i! protocol:s!
core.v1.PortworxVolumeSource		fsType:s readOnly:b volumeID:s!
core.v1.PreferredSchedulingTerm		preference:@core.v1.NodeSelectorTerm!~ weight:i!
core.v1.Probe		exec:@core.v1.ExecAction failureThreshold:i grpc:@core.v1.GRPCAction httpGet:@core.v1.HTTPGetAction initialDelaySeconds:i periodSeconds:i successThreshold:i tcpSocket:@core.v1.TCPSocketAction terminationGracePeriodSeconds:l timeoutSeconds:i
core.v1.ProjectedVolumeSource		defaultMode:i sources:[@core.v1.VolumeProjection%a
core.v1.QuobyteVolumeSource		group:s readOnly:b registry:s! tenant:s user:s volume:s!
core.v1.RBDPersistentVolumeSource		fsType:s image:s! keyring:s="/etc/ceph/keyring" monitors:[s%a! pool:s="rbd" readOnly:b secretRef:@core.v1.SecretReference user:s="admin"
core.v1.RBDVolumeSource		fsType:s image:s! keyring:s="/etc/ceph/keyring" monitors:[s%a! pool:s="rbd" readOnly:b secretRef:@core.v1.LocalObjectReference user:s="admin"
core.v1.ReplicationController	g:/v1/ReplicationController L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@core.v1.ReplicationControllerSpec~ status:@core.v1.ReplicationControllerStatus~
core.v1.ReplicationControllerCondition		lastTransitionTime:t message:s reason:s status:s! type:s!
core.v1.ReplicationControllerSpec		minReadySeconds:i replicas:i=1 selector:{s%o template:@core.v1.PodTemplateSpec
core.v1.ReplicationControllerStatus		availableReplicas:i conditions:[@core.v1.ReplicationControllerCondition%m(type)%p(merge)%k(type) fullyLabeledReplicas:i observedGeneration:l readyReplicas:i replicas:i!
core.v1.ResourceClaim		name:s! request:s
core.v1.ResourceFieldSelector	a	containerName:s divisor:q resource:s!
core.v1.ResourceHealth		health:s message:s resourceID:s!
core.v1.ResourceQuota	g:/v1/ResourceQuota L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@core.v1.ResourceQuotaSpec~ status:@core.v1.ResourceQuotaStatus~
core.v1.ResourceQuotaSpec		hard:{q scopeSelector:@core.v1.ScopeSelector scopes:[s%a
core.v1.ResourceQuotaStatus		hard:{q used:{q
core.v1.ResourceRequirements		claims:[@core.v1.ResourceClaim%m(name) limits:{q requests:{q
core.v1.ResourceStatus		name:s! resources:[@core.v1.ResourceHealth%m(resourceID)
core.v1.SELinuxOptions		level:s role:s type:s user:s
core.v1.ScaleIOPersistentVolumeSource		fsType:s="xfs" gateway:s! protectionDomain:s readOnly:b secretRef:@core.v1.SecretReference! sslEnabled:b storageMode:s="ThinProvisioned" storagePool:s system:s! volumeName:s
core.v1.ScaleIOVolumeSource		fsType:s="xfs" gateway:s! protectionDomain:s readOnly:b secretRef:@core.v1.LocalObjectReference! sslEnabled:b storageMode:s="ThinProvisioned" storagePool:s system:s! volumeName:s
core.v1.ScopeSelector	a	matchExpressions:[@core.v1.ScopedResourceSelectorRequirement%a
core.v1.ScopedResourceSelectorRequirement		operator:s! scopeName:s! values:[s%a
core.v1.SeccompProfile		localhostProfile:s type:s!
core.v1.Secret	g:/v1/Secret L	apiVersion:s data:{y immutable:b kind:s metadata:@meta.v1.ObjectMeta~ stringData:{s type:s
core.v1.SecretEnvSource		name:s optional:b
core.v1.SecretKeySelector	a	key:s! name:s optional:b
core.v1.SecretProjection		items:[@core.v1.KeyToPath%a name:s optional:b
core.v1.SecretReference	a	name:s namespace:s
core.v1.SecretVolumeSource		defaultMode:i items:[@core.v1.KeyToPath%a optional:b secretName:s
core.v1.SecurityContext		allowPrivilegeEscalation:b appArmorProfile:@core.v1.AppArmorProfile capabilities:@core.v1.Capabilities privileged:b procMount:s readOnlyRootFilesystem:b runAsGroup:l runAsNonRoot:b runAsUser:l seLinuxOptions:@core.v1.SELinuxOptions seccompProfile:@core.v1.SeccompProfile windowsOptions:@core.v1.WindowsSecurityContextOptions
core.v1.Service	g:/v1/Service L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@core.v1.ServiceSpec~ status:@core.v1.ServiceStatus~
core.v1.ServiceAccount	g:/v1/ServiceAccount L	apiVersion:s automountServiceAccountToken:b imagePullSecrets:[@core.v1.LocalObjectReference%a kind:s metadata:@meta.v1.ObjectMeta~ secrets:[@core.v1.ObjectReference%m(name)%p(merge)%k(name)
core.v1.ServiceAccountTokenProjection		audience:s expirationSeconds:l path:s!
core.v1.ServicePort		appProtocol:s name:s nodePort:i port:i! protocol:s="TCP" targetPort:is
core.v1.ServiceSpec		allocateLoadBalancerNodePorts:b clusterIP:s clusterIPs:[s%a externalIPs:[s%a externalName:s externalTrafficPolicy:s healthCheckNodePort:i internalTrafficPolicy:s ipFamilies:[s%a ipFamilyPolicy:s loadBalancerClass:s loadBalancerIP:s loadBalancerSourceRanges:[s%a ports:[@core.v1.ServicePort%m(port,protocol)%p(merge)%k(port) publishNotReadyAddresses:b selector:{s%o sessionAffinity:s sessionAffinityConfig:@core.v1.SessionAffinityConfig trafficDistribution:s type:s
core.v1.ServiceStatus		conditions:[@meta.v1.Condition%m(type)%p(merge)%k(type) loadBalancer:@core.v1.LoadBalancerStatus~
core.v1.SessionAffinityConfig		clientIP:@core.v1.ClientIPConfig
core.v1.SleepAction		seconds:l!
core.v1.StorageOSPersistentVolumeSource		fsType:s readOnly:b secretRef:@core.v1.ObjectReference volumeName:s volumeNamespace:s
core.v1.StorageOSVolumeSource		fsType:s readOnly:b secretRef:@core.v1.LocalObjectReference volumeName:s volumeNamespace:s
core.v1.Sysctl		name:s! value:s!
core.v1.TCPSocketAction		host:s port:is!
core.v1.Taint		effect:s! key:s! timeAdded:t value:s
core.v1.Toleration		effect:s key:s operator:s tolerationSeconds:l value:s
core.v1.TopologySelectorLabelRequirement		key:s! values:[s%a!
core.v1.TopologySelectorTerm	a	matchLabelExpressions:[@core.v1.TopologySelectorLabelRequirement%a
core.v1.TopologySpreadConstraint		labelSelector:@meta.v1.LabelSelector matchLabelKeys:[s%a maxSkew:i! minDomains:i nodeAffinityPolicy:s nodeTaintsPolicy:s topologyKey:s! whenUnsatisfiable:s!
core.v1.TypedLocalObjectReference	a	apiGroup:s kind:s! name:s!
core.v1.TypedObjectReference		apiGroup:s kind:s! name:s! namespace:s
core.v1.Volume		awsElasticBlockStore:@core.v1.AWSElasticBlockStoreVolumeSource azureDisk:@core.v1.AzureDiskVolumeSource azureFile:@core.v1.AzureFileVolumeSource cephfs:@core.v1.CephFSVolumeSource cinder:@core.v1.CinderVolumeSource configMap:@core.v1.ConfigMapVolumeSource csi:@core.v1.CSIVolumeSource downwardAPI:@core.v1.DownwardAPIVolumeSource emptyDir:@core.v1.EmptyDirVolumeSource ephemeral:@core.v1.EphemeralVolumeSource fc:@core.v1.FCVolumeSource flexVolume:@core.v1.FlexVolumeSource flocker:@core.v1.FlockerVolumeSource gcePersistentDisk:@core.v1.GCEPersistentDiskVolumeSource gitRepo:@core.v1.GitRepoVolumeSource glusterfs:@core.v1.GlusterfsVolumeSource hostPath:@core.v1.HostPathVolumeSource image:@core.v1.ImageVolumeSource iscsi:@core.v1.ISCSIVolumeSource name:s! nfs:@core.v1.NFSVolumeSource persistentVolumeClaim:@core.v1.PersistentVolumeClaimVolumeSource photonPersistentDisk:@core.v1.PhotonPersistentDiskVolumeSource portworxVolume:@core.v1.PortworxVolumeSource projected:@core.v1.ProjectedVolumeSource quobyte:@core.v1.QuobyteVolumeSource rbd:@core.v1.RBDVolumeSource scaleIO:@core.v1.ScaleIOVolumeSource secret:@core.v1.SecretVolumeSource storageos:@core.v1.StorageOSVolumeSource vsphereVolume:@core.v1.VsphereVirtualDiskVolumeSource
core.v1.VolumeDevice		devicePath:s! name:s!
core.v1.VolumeMount		mountPath:s! mountPropagation:s name:s! readOnly:b recursiveReadOnly:s subPath:s subPathExpr:s
core.v1.VolumeMountStatus		mountPath:s! name:s! readOnly:b recursiveReadOnly:s volumeStatus:@core.v1.VolumeStatus
core.v1.VolumeNodeAffinity		required:@core.v1.NodeSelector
core.v1.VolumeProjection		clusterTrustBundle:@core.v1.ClusterTrustBundleProjection configMap:@core.v1.ConfigMapProjection downwardAPI:@core.v1.DownwardAPIProjection podCertificate:@core.v1.PodCertificateProjection secret:@core.v1.SecretProjection serviceAccountToken:@core.v1.ServiceAccountTokenProjection
core.v1.VolumeResourceRequirements		limits:{q requests:{q
core.v1.VolumeStatus		image:@core.v1.ImageVolumeStatus
core.v1.VsphereVirtualDiskVolumeSource		fsType:s storagePolicyID:s storagePolicyName:s volumePath:s!
core.v1.WeightedPodAffinityTerm		podAffinityTerm:@core.v1.PodAffinityTerm!~ weight:i!
core.v1.WindowsSecurityContextOptions		gmsaCredentialSpec:s gmsaCredentialSpecName:s hostProcess:b runAsUserName:s
crd.apiextensions.v1.CustomResourceColumnDefinition		description:s format:s jsonPath:s! name:s! priority:i type:s!
crd.apiextensions.v1.CustomResourceConversion		strategy:s! webhook:@crd.apiextensions.v1.WebhookConversion
crd.apiextensions.v1.CustomResourceDefinition	g:apiextensions.k8s.io/v1/CustomResourceDefinition L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@crd.apiextensions.v1.CustomResourceDefinitionSpec!~ status:@crd.apiextensions.v1.CustomResourceDefinitionStatus~
crd.apiextensions.v1.CustomResourceDefinitionCondition		lastTransitionTime:t message:s observedGeneration:l reason:s status:s! type:s!
crd.apiextensions.v1.CustomResourceDefinitionNames		categories:[s%a kind:s! listKind:s plural:s! shortNames:[s%a singular:s
crd.apiextensions.v1.CustomResourceDefinitionSpec		conversion:@crd.apiextensions.v1.CustomResourceConversion group:s! names:@crd.apiextensions.v1.CustomResourceDefinitionNames!~ preserveUnknownFields:b scope:s! versions:[@crd.apiextensions.v1.CustomResourceDefinitionVersion%a!
crd.apiextensions.v1.CustomResourceDefinitionStatus		acceptedNames:@crd.apiextensions.v1.CustomResourceDefinitionNames~ conditions:[@crd.apiextensions.v1.CustomResourceDefinitionCondition%m(type) observedGeneration:l storedVersions:[s%a
crd.apiextensions.v1.CustomResourceDefinitionVersion		additionalPrinterColumns:[@crd.apiextensions.v1.CustomResourceColumnDefinition%a deprecated:b deprecationWarning:s name:s! schema:@crd.apiextensions.v1.CustomResourceValidation selectableFields:[@crd.apiextensions.v1.SelectableField%a served:b! storage:b! subresources:@crd.apiextensions.v1.CustomResourceSubresources
crd.apiextensions.v1.CustomResourceSubresourceScale		labelSelectorPath:s specReplicasPath:s! statusReplicasPath:s!
crd.apiextensions.v1.CustomResourceSubresources		scale:@crd.apiextensions.v1.CustomResourceSubresourceScale status:o
crd.apiextensions.v1.CustomResourceValidation		openAPIV3Schema:@crd.apiextensions.v1.JSONSchemaProps
crd.apiextensions.v1.ExternalDocumentation		description:s url:s
crd.apiextensions.v1.JSONSchemaProps		$ref:s $schema:s additionalItems:x additionalProperties:x allOf:[@crd.apiextensions.v1.JSONSchemaProps%a anyOf:[@crd.apiextensions.v1.JSONSchemaProps%a default:x definitions:{@crd.apiextensions.v1.JSONSchemaProps dependencies:{x description:s enum:[x%a example:x exclusiveMaximum:b exclusiveMinimum:b externalDocs:@crd.apiextensions.v1.ExternalDocumentation format:s id:s items:x maxItems:l maxLength:l maxProperties:l maximum:n minItems:l minLength:l minProperties:l minimum:n multipleOf:n not:@crd.apiextensions.v1.JSONSchemaProps nullable:b oneOf:[@crd.apiextensions.v1.JSONSchemaProps%a pattern:s patternProperties:{@crd.apiextensions.v1.JSONSchemaProps properties:{@crd.apiextensions.v1.JSONSchemaProps required:[s%a title:s type:s uniqueItems:b x-kubernetes-embedded-resource:b x-kubernetes-int-or-string:b x-kubernetes-list-map-keys:[s%a x-kubernetes-list-type:s x-kubernetes-map-type:s x-kubernetes-preserve-unknown-fields:b x-kubernetes-validations:[@crd.apiextensions.v1.ValidationRule%m(rule)%p(merge)%k(rule)
crd.apiextensions.v1.SelectableField		jsonPath:s!
crd.apiextensions.v1.ServiceReference		name:s! namespace:s! path:s port:i
crd.apiextensions.v1.ValidationRule		fieldPath:s message:s messageExpression:s optionalOldSelf:b reason:s rule:s!
crd.apiextensions.v1.WebhookClientConfig		caBundle:y service:@crd.apiextensions.v1.ServiceReference url:s
crd.apiextensions.v1.WebhookConversion		clientConfig:@crd.apiextensions.v1.WebhookClientConfig conversionReviewVersions:[s%a!
discovery.v1.Endpoint		addresses:[s%s! conditions:@discovery.v1.EndpointConditions~ deprecatedTopology:{s hints:@discovery.v1.EndpointHints hostname:s nodeName:s targetRef:@core.v1.ObjectReference zone:s
discovery.v1.EndpointConditions		ready:b serving:b terminating:b
discovery.v1.EndpointHints		forNodes:[@discovery.v1.ForNode%a forZones:[@discovery.v1.ForZone%a
discovery.v1.EndpointPort	a	appProtocol:s name:s port:i protocol:s
discovery.v1.EndpointSlice	g:discovery.k8s.io/v1/EndpointSlice L	addressType:s! apiVersion:s endpoints:[@discovery.v1.Endpoint%a kind:s metadata:@meta.v1.ObjectMeta~ ports:[@discovery.v1.EndpointPort%a
discovery.v1.ForNode		name:s!
discovery.v1.ForZone		name:s!
events.v1.Event	g:events.k8s.io/v1/Event L	action:s apiVersion:s deprecatedCount:i deprecatedFirstTimestamp:t deprecatedLastTimestamp:t deprecatedSource:@core.v1.EventSource~ eventTime:u! kind:s metadata:@meta.v1.ObjectMeta~ note:s reason:s regarding:@core.v1.ObjectReference~ related:@core.v1.ObjectReference reportingController:s reportingInstance:s series:@events.v1.EventSeries type:s
events.v1.EventSeries		count:i! lastObservedTime:u!
meta.v1.APIGroup	g:/v1/APIGroup	apiVersion:s kind:s name:s! preferredVersion:@meta.v1.GroupVersionForDiscovery~ serverAddressByClientCIDRs:[@meta.v1.ServerAddressByClientCIDR%a versions:[@meta.v1.GroupVersionForDiscovery%a!
meta.v1.APIGroupList	g:/v1/APIGroupList	apiVersion:s groups:[@meta.v1.APIGroup%a! kind:s
meta.v1.APIResource		categories:[s%a group:s kind:s! name:s! namespaced:b! shortNames:[s%a singularName:s! storageVersionHash:s verbs:[s! version:s
meta.v1.APIResourceList	g:/v1/APIResourceList	apiVersion:s groupVersion:s! kind:s resources:[@meta.v1.APIResource%a!
meta.v1.APIVersions	g:/v1/APIVersions	apiVersion:s kind:s serverAddressByClientCIDRs:[@meta.v1.ServerAddressByClientCIDR%a! versions:[s%a!
meta.v1.Condition		lastTransitionTime:t! message:s! observedGeneration:l reason:s! status:s! type:s!
meta.v1.DeleteOptions		apiVersion:s dryRun:[s%a gracePeriodSeconds:l ignoreStoreReadErrorWithClusterBreakingPotential:b kind:s orphanDependents:b preconditions:@meta.v1.Preconditions propagationPolicy:s
meta.v1.FieldSelectorRequirement		key:s! operator:s! values:[s%a
meta.v1.GroupVersionForDiscovery		groupVersion:s! version:s!
meta.v1.LabelSelector	a	matchExpressions:[@meta.v1.LabelSelectorRequirement%a matchLabels:{s
meta.v1.LabelSelectorRequirement		key:s! operator:s! values:[s%a
meta.v1.ListMeta		continue:s remainingItemCount:l resourceVersion:s selfLink:s shardInfo:@meta.v1.ShardInfo
meta.v1.ManagedFieldsEntry		apiVersion:s fieldsType:s fieldsV1:x manager:s operation:s subresource:s time:t
meta.v1.ObjectMeta		annotations:{s creationTimestamp:t deletionGracePeriodSeconds:l deletionTimestamp:t finalizers:[s%s%p(merge) generateName:s generation:l labels:{s managedFields:[@meta.v1.ManagedFieldsEntry%a name:s namespace:s ownerReferences:[@meta.v1.OwnerReference%m(uid)%p(merge)%k(uid) resourceVersion:s selfLink:s uid:s
meta.v1.OwnerReference	a	apiVersion:s! blockOwnerDeletion:b controller:b kind:s! name:s! uid:s!
meta.v1.Preconditions		resourceVersion:s uid:s
meta.v1.ServerAddressByClientCIDR		clientCIDR:s! serverAddress:s!
meta.v1.ShardInfo		selector:s!
meta.v1.Status	g:/v1/Status	apiVersion:s code:i details:@meta.v1.StatusDetails kind:s message:s metadata:@meta.v1.ListMeta~ reason:s status:s
meta.v1.StatusCause		field:s message:s reason:s
meta.v1.StatusDetails		causes:[@meta.v1.StatusCause%a group:s kind:s name:s retryAfterSeconds:i uid:s
networking.v1.HTTPIngressPath		backend:@networking.v1.IngressBackend!~ path:s pathType:s!
networking.v1.HTTPIngressRuleValue		paths:[@networking.v1.HTTPIngressPath%a!
networking.v1.IPAddress	g:networking.k8s.io/v1/IPAddress L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@networking.v1.IPAddressSpec!~
networking.v1.IPAddressSpec		parentRef:@networking.v1.ParentReference!
networking.v1.IPBlock		cidr:s! except:[s%a
networking.v1.Ingress	g:networking.k8s.io/v1/Ingress L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@networking.v1.IngressSpec~ status:@networking.v1.IngressStatus~
networking.v1.IngressBackend		resource:@core.v1.TypedLocalObjectReference service:@networking.v1.IngressServiceBackend
networking.v1.IngressClass	g:networking.k8s.io/v1/IngressClass L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@networking.v1.IngressClassSpec~
networking.v1.IngressClassParametersReference		apiGroup:s kind:s! name:s! namespace:s scope:s
networking.v1.IngressClassSpec		controller:s parameters:@networking.v1.IngressClassParametersReference
networking.v1.IngressLoadBalancerIngress		hostname:s ip:s ports:[@networking.v1.IngressPortStatus%a
networking.v1.IngressLoadBalancerStatus		ingress:[@networking.v1.IngressLoadBalancerIngress%a
networking.v1.IngressPortStatus		error:s port:i! protocol:s!
networking.v1.IngressRule		host:s http:@networking.v1.HTTPIngressRuleValue
networking.v1.IngressServiceBackend		name:s! port:@networking.v1.ServiceBackendPort~
networking.v1.IngressSpec		defaultBackend:@networking.v1.IngressBackend ingressClassName:s rules:[@networking.v1.IngressRule%a tls:[@networking.v1.IngressTLS%a
networking.v1.IngressStatus		loadBalancer:@networking.v1.IngressLoadBalancerStatus~
networking.v1.IngressTLS		hosts:[s%a secretName:s
networking.v1.NetworkPolicy	g:networking.k8s.io/v1/NetworkPolicy L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@networking.v1.NetworkPolicySpec~
networking.v1.NetworkPolicyEgressRule		ports:[@networking.v1.NetworkPolicyPort%a to:[@networking.v1.NetworkPolicyPeer%a
networking.v1.NetworkPolicyIngressRule		from:[@networking.v1.NetworkPolicyPeer%a ports:[@networking.v1.NetworkPolicyPort%a
networking.v1.NetworkPolicyPeer		ipBlock:@networking.v1.IPBlock namespaceSelector:@meta.v1.LabelSelector podSelector:@meta.v1.LabelSelector
networking.v1.NetworkPolicyPort		endPort:i port:is protocol:s
networking.v1.NetworkPolicySpec		egress:[@networking.v1.NetworkPolicyEgressRule%a ingress:[@networking.v1.NetworkPolicyIngressRule%a podSelector:@meta.v1.LabelSelector~ policyTypes:[s%a
networking.v1.ParentReference		group:s name:s! namespace:s resource:s!
networking.v1.ServiceBackendPort	a	name:s number:i
networking.v1.ServiceCIDR	g:networking.k8s.io/v1/ServiceCIDR L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@networking.v1.ServiceCIDRSpec~ status:@networking.v1.ServiceCIDRStatus~
networking.v1.ServiceCIDRSpec		cidrs:[s%a
networking.v1.ServiceCIDRStatus		conditions:[@meta.v1.Condition%m(type)%p(merge)%k(type)
policy.v1.Eviction	g:policy/v1/Eviction	apiVersion:s deleteOptions:@meta.v1.DeleteOptions kind:s metadata:@meta.v1.ObjectMeta~
policy.v1.PodDisruptionBudget	g:policy/v1/PodDisruptionBudget L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@policy.v1.PodDisruptionBudgetSpec~ status:@policy.v1.PodDisruptionBudgetStatus~
policy.v1.PodDisruptionBudgetSpec		maxUnavailable:is minAvailable:is selector:@meta.v1.LabelSelector%p(replace) unhealthyPodEvictionPolicy:s
policy.v1.PodDisruptionBudgetStatus		conditions:[@meta.v1.Condition%m(type)%p(merge)%k(type) currentHealthy:i desiredHealthy:i disruptedPods:{t disruptionsAllowed:i expectedPods:i observedGeneration:l
rbac.v1.AggregationRule		clusterRoleSelectors:[@meta.v1.LabelSelector%a
rbac.v1.ClusterRole	g:rbac.authorization.k8s.io/v1/ClusterRole L	aggregationRule:@rbac.v1.AggregationRule apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ rules:[@rbac.v1.PolicyRule%a
rbac.v1.ClusterRoleBinding	g:rbac.authorization.k8s.io/v1/ClusterRoleBinding L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ roleRef:@rbac.v1.RoleRef!~ subjects:[@rbac.v1.Subject%a
rbac.v1.PolicyRule		apiGroups:[s%a nonResourceURLs:[s%a resourceNames:[s%a resources:[s%a verbs:[s%a!
rbac.v1.Role	g:rbac.authorization.k8s.io/v1/Role L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ rules:[@rbac.v1.PolicyRule%a
rbac.v1.RoleBinding	g:rbac.authorization.k8s.io/v1/RoleBinding L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ roleRef:@rbac.v1.RoleRef!~ subjects:[@rbac.v1.Subject%a
rbac.v1.RoleRef	a	apiGroup:s kind:s! name:s!
rbac.v1.Subject	a	apiGroup:s kind:s! name:s! namespace:s
scheduling.v1.PriorityClass	g:scheduling.k8s.io/v1/PriorityClass L	apiVersion:s description:s globalDefault:b kind:s metadata:@meta.v1.ObjectMeta~ preemptionPolicy:s value:i
storage.v1.CSIDriver	g:storage.k8s.io/v1/CSIDriver L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@storage.v1.CSIDriverSpec!~
storage.v1.CSIDriverSpec		attachRequired:b fsGroupPolicy:s nodeAllocatableUpdatePeriodSeconds:l podInfoOnMount:b preventPodSchedulingIfMissing:b requiresRepublish:b seLinuxMount:b serviceAccountTokenInSecrets:b storageCapacity:b tokenRequests:[@storage.v1.TokenRequest%a volumeLifecycleModes:[s%s
storage.v1.CSINode	g:storage.k8s.io/v1/CSINode L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@storage.v1.CSINodeSpec!~
storage.v1.CSINodeDriver		allocatable:@storage.v1.VolumeNodeResources name:s! nodeID:s! topologyKeys:[s%a
storage.v1.CSINodeSpec		drivers:[@storage.v1.CSINodeDriver%m(name)%p(merge)%k(name)!
storage.v1.CSIStorageCapacity	g:storage.k8s.io/v1/CSIStorageCapacity L	apiVersion:s capacity:q kind:s maximumVolumeSize:q metadata:@meta.v1.ObjectMeta~ nodeTopology:@meta.v1.LabelSelector storageClassName:s!
storage.v1.StorageClass	g:storage.k8s.io/v1/StorageClass L	allowVolumeExpansion:b allowedTopologies:[@core.v1.TopologySelectorTerm%a apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ mountOptions:[s%a parameters:{s provisioner:s! reclaimPolicy:s volumeBindingMode:s
storage.v1.TokenRequest		audience:s! expirationSeconds:l
storage.v1.VolumeAttachment	g:storage.k8s.io/v1/VolumeAttachment L	apiVersion:s kind:s metadata:@meta.v1.ObjectMeta~ spec:@storage.v1.VolumeAttachmentSpec!~ status:@storage.v1.VolumeAttachmentStatus~
storage.v1.VolumeAttachmentSource		inlineVolumeSpec:@core.v1.PersistentVolumeSpec persistentVolumeName:s
storage.v1.VolumeAttachmentSpec		attacher:s! nodeName:s! source:@storage.v1.VolumeAttachmentSource!~
storage.v1.VolumeAttachmentStatus		attachError:@storage.v1.VolumeError attached:b! attachmentMetadata:{s detachError:@storage.v1.VolumeError
storage.v1.VolumeAttributesClass	g:storage.k8s.io/v1/VolumeAttributesClass L	apiVersion:s driverName:s! kind:s metadata:@meta.v1.ObjectMeta~ parameters:{s
storage.v1.VolumeError		errorCode:i message:s time:t
storage.v1.VolumeNodeResources		count:i
version.Info		buildDate:s! compiler:s! emulationMajor:s emulationMinor:s gitCommit:s! gitTreeState:s! gitVersion:s! goVersion:s! major:s! minCompatibilityMajor:s minCompatibilityMinor:s minor:s! platform:s!
"""#
}

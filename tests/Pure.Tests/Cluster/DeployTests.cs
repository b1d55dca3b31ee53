using System.Globalization;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace RealtimeAkka.Pure.Tests.Cluster;

/// <summary>What cannot be run in a test is at least consistent: with itself, and with the program's settings, variables and paths.</summary>
public class DeployTests
{
    private static readonly string Reference = File.ReadAllText(Repository.At("hocon", "reference.hocon"));

    private static readonly string Code = string.Concat(Repository.Sources("src").Select(source => source.Text));

    [Fact]
    public void Kubernetes_has_all_parts_and_they_refer_to_each_other()
    {
        var parts = Documents("kubernetes.yaml").ToLookup(part => Text(part, "kind"));
        Assert.Equal(
            ["NetworkPolicy", "PodDisruptionBudget", "Service", "StatefulSet"], parts.Select(part => part.Key!).Order(StringComparer.Ordinal));
        var set = parts["StatefulSet"].Single();
        Assert.All(parts.SelectMany(part => part), part => Assert.Equal(
            part["kind"].ToString() switch
            {
                "StatefulSet" => "apps/v1", "PodDisruptionBudget" => "policy/v1", "NetworkPolicy" => "networking.k8s.io/v1", _ => "v1",
            }, Text(part, "apiVersion")));
        Assert.Contains(Text(set, "spec", "serviceName"), parts["Service"].Select(service => Text(service, "metadata", "name")));
        var labels = At(set, "spec", "template", "metadata", "labels").ToString();
        Assert.Equal(labels, At(set, "spec", "selector", "matchLabels").ToString());
        Assert.Equal(labels, At(parts["PodDisruptionBudget"].Single(), "spec", "selector", "matchLabels").ToString());
        Assert.Equal(labels, At(parts["NetworkPolicy"].Single(), "spec", "podSelector", "matchLabels").ToString());

        var pod = At(set, "spec", "template", "spec");
        var container = ((YamlSequenceNode)At(pod, "containers"))[0];
        var ports = ((YamlSequenceNode)At(container, "ports")).Select(port => Text(port, "name")).ToHashSet();
        foreach (var (probe, path) in (
            (string, string)[])[("startupProbe", "/health/live"), ("livenessProbe", "/health/live"), ("readinessProbe", "/health/ready")])
        {
            Assert.Equal(path, Text(container, probe, "httpGet", "path"));
            Assert.Contains(Text(container, probe, "httpGet", "port"), ports);
        }
        var volumes = ((YamlSequenceNode)At(pod, "volumes")).Concat((YamlSequenceNode)At(set, "spec", "volumeClaimTemplates"))
            .Select(volume => volume is YamlMappingNode map && map.Children.ContainsKey("metadata")
                ? Text(volume, "metadata", "name") : Text(volume, "name"));
        Assert.Equal(
            volumes.Order(StringComparer.Ordinal),
            ((YamlSequenceNode)At(container, "volumeMounts")).Select(mount => Text(mount, "name")).Order(StringComparer.Ordinal));
        // serve.drain, 20 s for reports, and the phases of leaving.
        Assert.True(int.Parse(Text(pod, "terminationGracePeriodSeconds")!, CultureInfo.InvariantCulture) >= 300 + 20 + 60);
    }

    [Fact]
    public void Kubernetes_has_only_fields_that_its_models_have_and_values_of_their_types()
    {
        var text = File.ReadAllText(Repository.At("deploy", "kubernetes.yaml"));
        Assert.Equal(
            [typeof(V1Service), typeof(V1Service), typeof(V1StatefulSet), typeof(V1PodDisruptionBudget), typeof(V1NetworkPolicy)],
            KubernetesYaml.LoadAllFromString(text, strict: true).Select(part => part.GetType()));
        // So that the check is one.
        foreach (var (right, wrong) in (
            (string, string)[])[("periodSeconds: 10", "periodSecond: 10"), ("replicas: 3", "replicas: three"),
                ("maxUnavailable: 1\n", "maxUnavailable: 1\n  maxUnavailable: 2\n"),
                ("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: often")])
        {
            Assert.Contains(right, text, StringComparison.Ordinal);
            Assert.ThrowsAny<Exception>(
                () => KubernetesYaml.LoadAllFromString(text.Replace(right, wrong, StringComparison.Ordinal), strict: true));
        }
    }

    [Fact]
    public void Compose_waits_long_enough_and_each_node_has_its_own_data()
    {
        var services = (YamlMappingNode)Documents("compose.yaml").Single()["services"];
        var nodes = services.Children.Where(service => service.Key.ToString().StartsWith("node", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, nodes.Count);
        Assert.Equal(3, nodes.Select(node => ((YamlSequenceNode)node.Value["volumes"])[0].ToString()).Distinct().Count());
        Assert.All(nodes, node => Assert.Contains($"cluster.public-host={node.Key}", Text(node.Value, "command"), StringComparison.Ordinal));
        Assert.Contains("stop_grace_period: 390s", File.ReadAllText(Repository.At("deploy", "compose.yaml")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kubernetes.yaml")]
    [InlineData("compose.yaml")]
    [InlineData("realtime-akka.service")]
    public void Every_setting_and_variable_is_one_that_the_program_knows(string file)
    {
        var text = File.ReadAllText(Repository.At("deploy", file));
        foreach (Match setting in Regex.Matches(text, @"\bcluster\.([a-z-]+(?:\.[a-z-]+)?)="))
            Assert.Matches($@"(?m)^\s*{Regex.Escape(setting.Groups[1].Value.Split('.')[^1])} = ", Reference);
        var variables = Regex.Matches(text, "REALTIME_AKKA_[A-Z_]+").Select(match => match.Value).ToHashSet();
        Assert.NotEmpty(variables);
        Assert.All(variables, variable => Assert.Contains($"\"{variable}\"", Code, StringComparison.Ordinal));
    }

    private static IEnumerable<YamlNode> Documents(string file)
    {
        using var text = new StreamReader(Repository.At("deploy", file));
        var yaml = new YamlStream();
        yaml.Load(text);
        return [.. yaml.Documents.Select(document => document.RootNode)];
    }

    private static YamlNode At(YamlNode node, params string[] path) => path.Aggregate(node, (at, name) => at[name]);

    private static string? Text(YamlNode node, params string[] path) => At(node, path).ToString();
}

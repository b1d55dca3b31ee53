namespace RealtimeAkka.Hosting.Configuration;

/// <summary>The address of the server and how the key is presented to it. Does not hold the key.</summary>
/// <param name="Url">The address without user and password.</param>
/// <param name="IsAzure">Azure OpenAI: another header and another environment variable.</param>
public sealed record Endpoint(Uri Url, bool IsAzure)
{
    // The hosts of Azure OpenAI and Azure AI Foundry (docs/protocol.md 11).
    private static readonly string[] AzureHosts = [".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com"];

    /// <summary>The environment variable that holds the key.</summary>
    public string KeyVariable => IsAzure ? "AZURE_OPENAI_API_KEY" : "OPENAI_API_KEY";

    /// <summary>Whether the address is on this machine.</summary>
    public bool IsLoopback => Url.IsLoopback;

    /// <summary>The address as it is shown: without the query, which may hold secrets.</summary>
    public string DisplayText => Url.GetLeftPart(UriPartial.Path);

    /// <summary>The address of a session with <paramref name="model"/>; other query parameters are kept.</summary>
    public Uri For(string model)
    {
        var others = Url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(pair => !pair.StartsWith("model=", StringComparison.Ordinal));
        return new UriBuilder(Url) { Query = string.Join('&', others.Append($"model={Uri.EscapeDataString(model)}")) }.Uri;
    }

    /// <summary>Reads <c>session.url</c>, except for <c>simulator</c>. Throws <see cref="ConfigException"/> if it is not allowed.</summary>
    public static Endpoint Parse(string text, bool insecure)
    {
        if (text.StartsWith("azure:", StringComparison.Ordinal))
        {
            var resource = text["azure:".Length..];
            return resource.Length is > 0 and <= 64 && resource.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
                ? new Endpoint(new Uri($"wss://{resource}.openai.azure.com/openai/v1/realtime"), IsAzure: true)
                : throw new ConfigException(
                    $"--url azure:{resource} names no Azure resource; write azure:RESOURCE with letters, digits and hyphens.");
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("ws" or "wss" or "https") || url.Host.Length == 0)
        {
            throw new ConfigException(
                $"--url '{text}' is no WebSocket address; write wss://HOST/v1/realtime (or https://), ws://127.0.0.1:PORT/v1/realtime, simulator or azure:RESOURCE.");
        }
        if (url.Scheme == "ws" && !url.IsLoopback && !insecure)
        {
            throw new ConfigException(
                $"--url {url.Scheme}://{url.Host} would send the key and the sound without encryption; use wss://, or allow it with --insecure.");
        }
        var isAzure = Array.Exists(AzureHosts, host => url.Host.EndsWith(host, StringComparison.OrdinalIgnoreCase));
        var address = new UriBuilder(url) { UserName = "", Password = "", Path = Completed(url, isAzure) };
        if (url.Scheme == "https") (address.Scheme, address.Port) = ("wss", url.IsDefaultPort ? -1 : url.Port);
        return new Endpoint(address.Uri, isAzure);
    }

    // Portals and SDKs show the address of the resource or the base of its API.
    private static string Completed(Uri url, bool isAzure)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        if (isAzure) return path is "" or "/openai" or "/openai/v1" ? "/openai/v1/realtime" : url.AbsolutePath;
        return url.Scheme != "https" ? url.AbsolutePath : path is "" or "/v1" ? "/v1/realtime" : url.AbsolutePath;
    }
}

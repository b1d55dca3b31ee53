using System.Net.Sockets;
using System.Text;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>A server that answers one request with fixed lines and closes the connection.</summary>
internal static class HttpAnswer
{
    /// <summary>Answers one request with these lines only; returns its request line and headers.</summary>
    public static async Task<List<string>> OnceAsync(TcpListener listener, params string[] lines)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, leaveOpen: true);
        List<string> headers = [];
        while (await reader.ReadLineAsync() is { Length: > 0 } header) headers.Add(header);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(string.Concat(lines.Append("Content-Length: 0").Append("").Select(line => $"{line}\r\n"))));
        return headers;
    }
}

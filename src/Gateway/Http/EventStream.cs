using System.Globalization;
using System.IO.Pipelines;
using System.Buffers;
using System.Text;
using RealtimeAkka.Gateway.Calls;

namespace RealtimeAkka.Gateway.Http;

/// <summary>Writes server-sent events. A write waits for its reader; the server gives up a reader that is too slow.</summary>
internal sealed class EventStream(PipeWriter output, CancellationToken cancellation)
{
    /// <summary>Writes a record: one line of JSON has no line break, so it is one line of data.</summary>
    public async ValueTask WriteAsync(NumberedRecord record)
    {
        output.Write("id: "u8);
        output.Write(Encoding.ASCII.GetBytes(record.Number.ToString(CultureInfo.InvariantCulture)));
        output.Write("\ndata: "u8);
        output.Write(record.Json.Span);
        output.Write("\n\n"u8);
        await output.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Writes a comment, so that whatever is between sees that the connection lives.</summary>
    public async ValueTask KeepAliveAsync()
    {
        output.Write(": \n\n"u8);
        await FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Sends what is written, at first the headers.</summary>
    public async ValueTask FlushAsync() => await output.FlushAsync(cancellation).ConfigureAwait(false);
}

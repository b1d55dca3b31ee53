using System.Buffers;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Bench.Load;

/// <summary>Requests of the other clients, byte for byte the same as ours, so that servers do the same work.</summary>
internal static class Requests
{
    private static readonly string Files = Path.Combine(AppContext.BaseDirectory, "prompts");
    private static readonly string TranscriptionPrompt = File.ReadAllText(Path.Combine(Files, "transcription.md")).Trim();

    /// <summary>The <c>session.update</c> event.</summary>
    public static byte[] Configure()
    {
        var pcm = new AudioFormat("audio/pcm", 24_000);
        var detection = new TurnDetection("server_vad", 0.5, 300, 500, CreateResponse: true, InterruptResponse: true);
        return Encode(new SessionUpdate(new SessionConfig(
            "realtime", ["audio"], File.ReadAllText(Path.Combine(Files, "agent.md")).Trim(),
            new SessionAudio(new AudioInput(pcm, new Transcription(LoadOptions.AsrModel), null, detection),
            new AudioOutput(pcm, "marin")))));
    }

    /// <summary>Requests the model's transcript of an item.</summary>
    public static byte[] Transcribe(string item, int turn) => Encode(new CreateResponse(new ResponseRequest(
        Conversation: "none", OutputModalities: ["text"], Instructions: TranscriptionPrompt, Tools: [], ToolChoice: ToolChoice.None,
        Metadata: new Dictionary<string, string>
        {
            [OutOfBandMetadata.Task] = "transcription", [OutOfBandMetadata.Item] = item,
            [OutOfBandMetadata.Turn] = FormattableString.Invariant($"{turn}"), [OutOfBandMetadata.Attempt] = "1",
        })));

    private static byte[] Encode(ClientEvent e)
    {
        var buffer = new ArrayBufferWriter<byte>();
        RealtimeCodec.Encode(e, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}

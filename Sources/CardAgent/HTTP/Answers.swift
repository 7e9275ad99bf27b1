import HTTPTypes
import HealthCard
import HummingbirdCore
import Messages
import NIOCore

extension Response {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        text(value.text(), type: "application/json", status: status)
    }

    static func text(_ text: String, type: String, status: HTTPResponse.Status = .ok) -> Response {
        bytes(ByteBuffer(string: text), type: type, status: status)
    }

    static func bytes(_ bytes: ByteBuffer, type: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: bytes))
    }

    static func problem(_ error: any Error, adding members: [JSONValue.Member] = []) -> Response {
        let error = error as? any AdvisedError ?? AgentError.internalError
        let problem = Problem(error, adding: members)
        var response = text(
            problem.text, type: Problem.mediaType, status: HTTPResponse.Status(code: problem.status))
        switch error as? AgentError {
        case .tokenNeeded?, .tokenRefused?: response.headers[.wwwAuthenticate] = "Bearer"
        case .tooMany?: response.headers[.retryAfter] = "1"
        default: break
        }
        return response
    }
}
